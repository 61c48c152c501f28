import type { Database } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Account } from './account.ts'
import type { Challenges } from './credentials/challenges.ts'
import type { RelyingParty } from './credentials/check-ceremony.ts'
import type { Credential, CredentialRows, Kind } from './credentials/credential-rows.ts'
import { creationOptions, passkeyLookup, verifyNewPasskey } from './credentials/passkeys.ts'
import { hashPassword } from './credentials/password-hash.ts'
import { newTotpSecret, totpStep, totpUri } from './credentials/totp.ts'
import { renewRecoveryCodes } from './enrolment.ts'
import { actorOfAccount, type RecordEvent } from './record-event.ts'
import { refuseStale, type Session, type Sessions } from './sessions.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly credentials: CredentialRows
  readonly challenges: Challenges
  readonly sessions: Sessions
  readonly relyingParty: () => RelyingParty
  readonly refuseWeak: (password: string, account: Account) => Promise<void>
  readonly record: RecordEvent
}

export type OwnCredentials = ReturnType<typeof createOwnCredentials>

/** What a signed-in person changes of what they sign in with. Every change needs a recent proof, and is in the ledger. */
export function createOwnCredentials(needs: Needs) {
  const { database, clock, credentials, challenges, sessions, relyingParty, refuseWeak, record } = needs

  async function begin(session: Session, interaction: string, what: string): Promise<void> {
    refuseStale(session, clock.now())
    const actor = actorOfAccount(session.account, session.address)
    await record({ interaction, actor, done: true, what: [what] })
  }
  const held = async <K extends Kind>(account: Account, kind: K) =>
    (await credentials.of(database, account.id)).filter((one): one is Credential<K> & Credential => one.kind === kind)

  async function ownPasskey({ account }: Session, id: string): Promise<Credential<'passkey'>> {
    const found = (await held(account, 'passkey')).find((one) => one.id === id)
    if (found === undefined) throw new Refusal('record.not-found', 'There is no such passkey. Load the page again.')
    return found
  }

  return {
    async list({ account }: { account: Pick<Account, 'id'> }) {
      const all = await credentials.of(database, account.id)
      const password = all.find((one) => one.kind === 'password')
      const totp = all.find((one) => one.kind === 'totp')
      return {
        passkeys: all
          .filter((one) => one.kind === 'passkey')
          .map(({ id, kept: { name, synced }, createdAt, usedAt }) => ({
            id,
            name,
            createdAt,
            ...(usedAt !== null && { usedAt }),
            synced,
          })),
        password: password === undefined ? null : { changedAt: password.createdAt },
        totp: totp === undefined ? null : { createdAt: totp.createdAt },
        recoveryCodesLeft: all.filter((one) => one.kind === 'recovery').length,
      }
    },
    async passkeyOptions(session: Session) {
      const { account } = session
      refuseStale(session, clock.now())
      const challenge = await challenges.make('new-passkey', account.id)
      return creationOptions(relyingParty(), account, await held(account, 'passkey'), challenge)
    },
    async addPasskey(session: Session, response: unknown, name: string): Promise<{ id: string }> {
      const { account } = session
      await begin(session, 'passkey-added', `account/${account.username}`)
      const { counter, ...kept } = await verifyNewPasskey(relyingParty(), response, (challenge) =>
        challenges.spend(challenge, 'new-passkey', account.id),
      )
      const lookup = passkeyLookup(kept.credentialId)
      if ((await credentials.byLookup(database, lookup)) !== undefined)
        throw new Refusal('record.conflict', 'This passkey is here already.')
      const made = { account: account.id, kind: 'passkey', kept: { ...kept, name }, lookup, counter } as const
      return { id: await credentials.add(database, made) }
    },
    async renamePasskey(session: Session, id: string, name: string): Promise<void> {
      const found = await ownPasskey(session, id)
      await credentials.keep(database, found, { ...found.kept, name })
    },
    async removePasskey(session: Session, id: string): Promise<void> {
      const { account } = session
      const found = await ownPasskey(session, id)
      const others = (await credentials.of(database, account.id)).filter(
        (one) => (one.kind === 'passkey' && one.id !== id) || one.kind === 'password',
      )
      if (others.length === 0)
        throw new Refusal('record.conflict', 'This is your only way to sign in. Add another one first.')
      await begin(session, 'passkey-removed', `credential/${found.id}`)
      await credentials.remove(database, account.id, { id })
    },
    async setPassword(session: Session, password: string): Promise<void> {
      const { account, id } = session
      if ((await held(account, 'totp')).length === 0)
        throw new Refusal('record.conflict', 'A password is not enough alone. Add an authenticator app first.')
      await refuseWeak(password, account)
      await begin(session, 'password-set', `account/${account.username}`)
      const kept = await hashPassword(password)
      await database.within(async (tx) => {
        await credentials.remove(tx, account.id, { kind: 'password' })
        await credentials.add(tx, { account: account.id, kind: 'password', kept })
      })
      for (const other of await sessions.list(account.id)) if (other.id !== id) await sessions.end(account.id, other.id)
    },
    /** The secret waits, sealed with the session, until the app has shown that it works. */
    async beginTotp(session: Session) {
      const totpSecret = newTotpSecret()
      await sessions.renew(session, { pendingTotp: totpSecret })
      return { totpUri: totpUri(totpSecret, relyingParty().name, session.account.username), totpSecret }
    },
    async setTotp(session: Session, code: string): Promise<void> {
      const { account, pendingTotp: secret } = session
      const step = secret === undefined ? undefined : totpStep(secret, code, clock.now())
      if (secret === undefined || step === undefined)
        throw new Refusal(
          'identity.refused',
          'This code is not the one the app shows now. Wait for the next one and try again.',
        )
      await begin(session, 'authenticator-set', `account/${account.username}`)
      await database.within(async (tx) => {
        await credentials.remove(tx, account.id, { kind: 'totp' })
        await credentials.add(tx, { account: account.id, kind: 'totp', kept: { secret }, counter: step })
      })
    },
    async renewRecoveryCodes(session: Session): Promise<string[]> {
      await begin(session, 'recovery-codes-renewed', `account/${session.account.username}`)
      return database.within((tx) => renewRecoveryCodes(tx, credentials, session.account))
    },
  }
}
