import type { Database } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import { TENANT_OWNER } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Account, type AccountId, employed } from './account.ts'
import type { Accounts } from './accounts.ts'
import type { Challenges } from './credentials/challenges.ts'
import type { RelyingParty } from './credentials/check-ceremony.ts'
import type { Credential, CredentialRows } from './credentials/credential-rows.ts'
import { passkeyLookup, passkeyOf, requestOptions, verifyPasskey } from './credentials/passkeys.ts'
import { hashPassword, isOutdated, passwordMatches } from './credentials/password-hash.ts'
import { recoveryLookup } from './credentials/recovery-codes.ts'
import { totpStep } from './credentials/totp.ts'
import { actorOfAccount, type RecordEvent, stranger } from './record-event.ts'
import { type Place, refuseStale, type Session, type Sessions, STEP_UP_LASTS_SECONDS } from './sessions.ts'
import type { Throttle } from './throttle.ts'
import type { TrustedDevices } from './trusted-devices.ts'

/** From where somebody signs in. `device` is the secret of a browser that was used before. */
export type From = {
  readonly address: string
  readonly device?: string | undefined
  readonly place?: Place | undefined
  readonly deviceName?: string | undefined
}
export type SignedIn = { readonly token: string; readonly session: Session; readonly device?: string }
export type PasswordForm = { readonly username: string; readonly password: string; readonly code: string }

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly accounts: Accounts
  readonly credentials: CredentialRows
  readonly challenges: Challenges
  readonly sessions: Sessions
  readonly throttle: Throttle
  readonly devices: TrustedDevices
  readonly relyingParty: () => RelyingParty
  readonly record: RecordEvent
}

/** Stands in where nobody else does, so that the same statements run. */
const NOBODY = TENANT_OWNER as string as AccountId
const refused = () =>
  new Refusal('identity.refused', 'That did not match. Check the user name, the password and the code, and try again.')

export type SignIn = ReturnType<typeof createSignIn>

/**
 * Signing in, and proving it again for sensitive acts. Every outcome is an entry in the ledger before it is answered.
 * Who is unknown, has left, or gave a wrong password or code takes the same steps and gets the same answer.
 */
export function createSignIn(needs: Needs) {
  const { database, clock, accounts, credentials, challenges, sessions, throttle, devices, relyingParty, record } =
    needs

  async function fail(account: Account | undefined, from: From, why: string): Promise<never> {
    const what = account === undefined ? [] : [`account/${account.username}`]
    await record({ interaction: 'sign-in', actor: stranger(from.address), done: false, what, reasons: [why] })
    throw refused()
  }

  async function begin(account: Account | undefined, username: string, from: From) {
    const known = await devices.trusts(from.device, account?.id ?? NOBODY)
    const tried = { username, address: from.address, device: known ? from.device : undefined }
    try {
      await throttle.begin(tried)
    } catch (error) {
      const what = account === undefined ? [] : [`account/${account.username}`]
      if (error instanceof Refusal)
        await record({ interaction: 'sign-in-throttled', actor: stranger(from.address), done: false, what })
      throw error
    }
    return tried
  }

  async function signedIn(account: Account, method: Session['method'], from: From): Promise<SignedIn> {
    const place = from.place ?? 'own'
    const { address, deviceName = place === 'shared' ? 'Shared workstation' : 'A browser' } = from
    await record({ interaction: 'sign-in', actor: actorOfAccount(account, address), done: true, reasons: [method] })
    const opened = await sessions.open(account, { method, place, deviceName, address })
    return place === 'shared' ? opened : { ...opened, device: await devices.trust(from.device, account.id) }
  }

  /** The person whose passkey signed. Fails when no one here has it, it signed wrongly, was cloned, or they have left. */
  async function byPasskey(response: unknown, from: From, expected: AccountId | null): Promise<Account> {
    const found = await credentials.byLookup(database, passkeyLookup(passkeyOf(response)))
    if (found?.kind !== 'passkey' || (expected !== null && found.account !== expected))
      return fail(undefined, from, 'passkey not known')
    const account = await accounts.find(found.account)
    const spend = (challenge: string) =>
      challenges.spend(challenge, expected === null ? 'sign-in' : 'step-up', expected)
    const counter = await verifyPasskey(relyingParty(), response, found, spend).catch((error: unknown) => {
      if (error instanceof Refusal) return undefined
      throw error
    })
    if (counter === undefined || account === undefined || !employed(account, clock.now()))
      return fail(account, from, 'passkey not accepted')
    if (!(await credentials.used(database, found.id, counter))) return fail(account, from, 'passkey was cloned')
    return account
  }

  /** Whether password and code are this person's; uses the code up, unless they only stand in for who is not `there`. */
  async function bySecrets(
    account: Account | undefined,
    { password, code }: Omit<PasswordForm, 'username'>,
    there = true,
  ) {
    const id = account?.id ?? NOBODY
    const held = await credentials.of(database, id)
    const known = of(held, 'password')
    const totp = of(held, 'totp')
    const lookup = recoveryLookup(id, code)
    const recovery = await credentials.byLookup(database, lookup ?? Buffer.alloc(0))
    const right = await passwordMatches(password, known?.kept)
    const step = totp && totpStep(totp.kept.secret, code, clock.now())
    if (!right || !there || account === undefined || !employed(account, clock.now())) return undefined
    const spent =
      recovery !== undefined
        ? (await credentials.remove(database, id, { id: recovery.id })) > 0
        : step !== undefined && (await credentials.used(database, (totp as Credential).id, step))
    if (!spent) return undefined
    if (known !== undefined && isOutdated(known.kept))
      await credentials.keep(database, known, await hashPassword(password))
    return recovery === undefined ? 'password' : 'recovery'
  }

  async function steppedUp(session: Session, address: string): Promise<SignedIn> {
    await record({ interaction: 'step-up', actor: actorOfAccount(session.account, address), done: true })
    const now = clock.now()
    const stepUpUntil = new Date(now.getTime() + STEP_UP_LASTS_SECONDS * 1000).toISOString()
    return (await sessions.renew(session, { authenticatedAt: now.toISOString(), stepUpUntil }, true)) as SignedIn
  }

  return {
    passkeyOptions: async () => requestOptions(relyingParty(), await challenges.make('sign-in', null)),
    async withPasskey(response: unknown, from: From): Promise<SignedIn> {
      return signedIn(await byPasskey(response, from, null), 'passkey', from)
    },
    async withPassword(form: PasswordForm, from: From): Promise<SignedIn> {
      const username = form.username.trim().toLowerCase()
      const near = await accounts.nearest(username)
      const account = near?.there ? near.account : undefined
      const tried = await begin(account, username, from)
      const method = await bySecrets(near?.account, form, near?.there)
      if (account === undefined || method === undefined) return fail(account, from, 'password and code')
      await throttle.clear(tried)
      return signedIn(account, method, from)
    },
    async stepUpOptions({ account }: Session) {
      const held = await credentials.of(database, account.id)
      const passkeys = held.filter((one) => one.kind === 'passkey')
      return requestOptions(relyingParty(), await challenges.make('step-up', account.id), passkeys)
    },
    async stepUpWithPasskey(session: Session, response: unknown, address: string): Promise<SignedIn> {
      await byPasskey(response, { address }, session.account.id)
      return steppedUp(session, address)
    },
    async stepUpWithPassword(session: Session, form: Omit<PasswordForm, 'username'>, from: From): Promise<SignedIn> {
      const { account } = session
      const tried = await begin(account, account.username, from)
      if ((await bySecrets(account, form)) === undefined) return fail(account, from, 'step-up')
      await throttle.clear(tried)
      return steppedUp(session, from.address)
    },
    async signOut(session: Session): Promise<void> {
      await record({ interaction: 'sign-out', actor: actorOfAccount(session.account, session.address), done: true })
      await sessions.end(session.account.id, session.id)
    },
    /** Ends another session of the same person, or all of them. Throws `identity.step-up`, `record.not-found`. */
    async signOutElsewhere(session: Session, which: string | 'everywhere'): Promise<void> {
      const { account, address } = session
      refuseStale(session, clock.now())
      const what = [which === 'everywhere' ? `account/${account.username}` : `session/${which}`]
      await record({ interaction: 'sign-out', actor: actorOfAccount(account, address), done: true, what })
      if (which === 'everywhere') await sessions.endAll(account.id)
      else if (!(await sessions.end(account.id, which)))
        throw new Refusal('record.not-found', 'There is no such session any more.')
    },
  }
}

const of = <K extends Credential['kind']>(held: readonly Credential[], kind: K): Credential<K> | undefined =>
  held.find((one) => one.kind === kind) as Credential<K> | undefined
