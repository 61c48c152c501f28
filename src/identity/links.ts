import { hash, type KeyObject, randomBytes } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Account, type AccountId, employed } from './account.ts'
import { ACCOUNT_COLUMNS, type AccountRow, accountOf } from './accounts.ts'
import type { PasswordHash } from './credentials/password-hash.ts'
import { openJson, sealJson } from './sealed-rows.ts'

type Kept = {
  readonly kind: 'enrol' | 'recover'
  /** How it reaches the person: `by-hand`, or a mail address. */
  readonly channel: string
  /** Hash of the secret of the first browser that opened it: no other can use it. */
  readonly browser?: string
  /** A password that waits for the authenticator app to be proven. */
  readonly pending?: { readonly password: PasswordHash; readonly totpSecret: string }
}

/**
 * A one-time link.
 *
 * - MADE      nobody has opened it
 * - BOUND     a browser has; only that one goes on
 * - USED      something to sign in with was made with it
 * - ENDED     it was not used in time, or a newer one was made
 */
export type Link = Kept & { readonly hash: Buffer; readonly account: Account; readonly expiresAt: Date }

export const LINK_LASTS_SECONDS = 72 * 3600
const digest = (token: string): Buffer => hash('sha256', token, 'buffer')
const ended = () =>
  new Refusal(
    'identity.link',
    'This link was used, has ended, or belongs to another browser. Ask whoever gave it to you for a new one.',
  )

export type Links = ReturnType<typeof createLinks>

/** Owner of the table `account_links`. */
export function createLinks({ sql, key }: { sql: Sql; key: () => KeyObject }) {
  const keep = (on: Sql, linkHash: Buffer, kept: Kept) =>
    on.query(`update account_links set sealed = $2 where tenant_id = ${TENANT_ID} and link_hash = $1`, [
      linkHash,
      sealJson(key(), 'account-link', linkHash.toString('hex'), kept),
    ])

  return {
    /** Makes a link; older ones of the same person end. */
    async make(account: AccountId, { kind, channel }: Pick<Kept, 'kind' | 'channel'>, on: Sql = sql) {
      const token = randomBytes(32).toString('base64url')
      const at = digest(token)
      await on.query(
        `delete from account_links where tenant_id = ${TENANT_ID} and account_id = $1 and used_at is null`,
        [account],
      )
      const [row] = await on.query<{ expires_at: Date }>(
        `insert into account_links (tenant_id, link_hash, account_id, sealed, expires_at)
         values (${TENANT_ID}, $1, $2, $3, now() + make_interval(secs => $4)) returning expires_at`,
        [at, account, sealJson(key(), 'account-link', at.toString('hex'), { kind, channel }), LINK_LASTS_SECONDS],
      )
      return { token, expiresAt: row?.expires_at as Date }
    },
    /** Throws `identity.link` unless it is unused, in time, of who works here, and of this browser or no browser yet. */
    async find(token: string, browser: string | undefined): Promise<Link> {
      const at = digest(token)
      const [row] = await sql.query<AccountRow & { link_sealed: Buffer; expires_at: Date; now: Date }>(
        `select l.sealed as link_sealed, l.expires_at, ${ACCOUNT_COLUMNS}, now() as now from account_links l
         join accounts a on a.tenant_id = l.tenant_id and a.account_id = l.account_id
         where l.tenant_id = ${TENANT_ID} and l.link_hash = $1 and l.used_at is null and l.expires_at > now()`,
        [at],
      )
      if (row === undefined) throw ended()
      const account = accountOf(key(), row)
      const kept = openJson<Kept>(key(), 'account-link', at.toString('hex'), row.link_sealed)
      if (!employed(account, row.now)) throw ended()
      if (kept.browser !== undefined && kept.browser !== digest(browser ?? '').toString('hex')) throw ended()
      return { ...kept, hash: at, account, expiresAt: row.expires_at }
    },
    /** Binds it to a browser, of which the secret is returned. */
    async bind({ hash: at, kind, channel, pending }: Link, browser = randomBytes(32).toString('base64url')) {
      await keep(sql, at, { kind, channel, ...(pending && { pending }), browser: digest(browser).toString('hex') })
      return browser
    },
    async pend({ hash: at, kind, channel, browser }: Link, pending: NonNullable<Kept['pending']>): Promise<void> {
      await keep(sql, at, { kind, channel, ...(browser !== undefined && { browser }), pending })
    },
    /** Uses it up, in the transaction of what it makes. Throws `identity.link` when another was first. */
    async use(on: Sql, { hash: at }: Link): Promise<void> {
      const rows = await on.query(
        `update account_links set used_at = now() where tenant_id = ${TENANT_ID} and link_hash = $1 and used_at is null returning used_at`,
        [at],
      )
      if (rows.length === 0) throw ended()
    },
  }
}
