import type { Database, Transaction } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Account } from './account.ts'
import type { Challenges } from './credentials/challenges.ts'
import type { RelyingParty } from './credentials/check-ceremony.ts'
import type { Credential, CredentialRows } from './credentials/credential-rows.ts'
import { creationOptions, passkeyLookup, verifyNewPasskey } from './credentials/passkeys.ts'
import { hashPassword } from './credentials/password-hash.ts'
import { newRecoveryCode, RECOVERY_CODES, recoveryLookup } from './credentials/recovery-codes.ts'
import { newTotpSecret, totpStep, totpUri } from './credentials/totp.ts'
import type { Link, Links } from './links.ts'
import { actorOfAccount, type RecordEvent } from './record-event.ts'
import type { Sessions } from './sessions.ts'
import type { From, SignedIn } from './sign-in.ts'
import type { TrustedDevices } from './trusted-devices.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly links: Links
  readonly credentials: CredentialRows
  readonly challenges: Challenges
  readonly sessions: Sessions
  readonly devices: TrustedDevices
  readonly relyingParty: () => RelyingParty
  readonly refuseWeak: (password: string, account: Account) => Promise<void>
  readonly record: RecordEvent
  /** Ends what apps were granted: after a recovery nothing of before works. */
  readonly endGrants: (account: Account, sql: Transaction) => Promise<void>
}
type Via = { readonly token: string; readonly browser: string | undefined; readonly from: From }

export type Enrolled = SignedIn & { readonly recoveryCodes: readonly string[] }
export type Enrolment = ReturnType<typeof createEnrolment>

/** Ten new codes for a person; the old ones end. */
export async function renewRecoveryCodes(
  sql: Transaction,
  credentials: CredentialRows,
  { id }: Account,
): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  await credentials.remove(sql, id, { kind: 'recovery' })
  for (const code of codes)
    await credentials.add(sql, { account: id, kind: 'recovery', kept: {}, lookup: recoveryLookup(id, code) as Buffer })
  return codes
}

/** From a one-time link to something to sign in with. A recovery link ends everything of before. */
export function createEnrolment(needs: Needs) {
  const { database, clock, links, credentials, challenges, sessions, devices, relyingParty, refuseWeak, record } = needs

  /** Uses the link up and keeps what was made, in one transaction; then the person is signed in. */
  async function finish<T>(
    { account, kind, ...link }: Link,
    from: From,
    method: 'passkey' | 'password',
    make: (tx: Transaction) => Promise<T>,
  ): Promise<SignedIn & { made: T }> {
    const interaction = kind === 'enrol' ? 'enrolled' : 'recovered'
    await record({ interaction, actor: actorOfAccount(account, from.address), done: true, reasons: [method] })
    const made = await database.within(async (tx) => {
      await links.use(tx, { account, kind, ...link })
      if (kind === 'recover') {
        await credentials.remove(tx, account.id)
        await needs.endGrants(account, tx)
      }
      return make(tx)
    })
    if (kind === 'recover') {
      await sessions.endAll(account.id)
      await devices.forgetAll(account.id)
    }
    const { place = 'own', deviceName = 'A browser', address } = from
    const opened = await sessions.open(account, { method, place, deviceName, address })
    return { ...opened, device: await devices.trust(from.device, account.id), made }
  }

  return {
    /** What the link is for; binds it to the browser. Uses nothing up. */
    async open({ token, browser }: Omit<Via, 'from'>): Promise<{ link: Link; browser: string }> {
      const link = await links.find(token, browser)
      return { link, browser: await links.bind(link, browser) }
    },
    async passkeyOptions({ token, browser }: Omit<Via, 'from'>) {
      const { account } = await links.find(token, browser)
      const held = await credentials.of(database, account.id)
      const passkeys = held.filter((one): one is Credential<'passkey'> => one.kind === 'passkey')
      return creationOptions(relyingParty(), account, passkeys, await challenges.make('new-passkey', account.id))
    },
    async withPasskey({ token, browser, from }: Via, response: unknown, name: string): Promise<Enrolled> {
      const link = await links.find(token, browser)
      const { account } = link
      const { counter, ...kept } = await verifyNewPasskey(relyingParty(), response, (challenge) =>
        challenges.spend(challenge, 'new-passkey', account.id),
      )
      const done = await finish(link, from, 'passkey', (tx) =>
        credentials.add(tx, {
          account: account.id,
          kind: 'passkey',
          kept: { ...kept, name },
          lookup: passkeyLookup(kept.credentialId),
          counter,
        }),
      )
      return { ...done, recoveryCodes: [] }
    },
    /** Keeps the password until the authenticator app has shown that it works. */
    async beginPassword({ token, browser }: Omit<Via, 'from'>, password: string) {
      const link = await links.find(token, browser)
      await refuseWeak(password, link.account)
      const totpSecret = newTotpSecret()
      await links.pend(link, { password: await hashPassword(password), totpSecret })
      return { totpUri: totpUri(totpSecret, relyingParty().name, link.account.username), totpSecret }
    },
    async withPassword({ token, browser, from }: Via, code: string): Promise<Enrolled> {
      const link = await links.find(token, browser)
      const { account, pending } = link
      const step = pending && totpStep(pending.totpSecret, code, clock.now())
      if (pending === undefined || step === undefined)
        throw new Refusal(
          'identity.refused',
          'This code is not the one the app shows now. Wait for the next one and try again.',
        )
      const { made, ...done } = await finish(link, from, 'password', async (tx) => {
        const { totpSecret: secret } = pending
        await credentials.add(tx, { account: account.id, kind: 'password', kept: pending.password })
        await credentials.add(tx, { account: account.id, kind: 'totp', kept: { secret }, counter: step })
        return renewRecoveryCodes(tx, credentials, account)
      })
      return { ...done, recoveryCodes: made }
    },
  }
}
