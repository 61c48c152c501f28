import { hash, type KeyObject, randomBytes } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import type { Actor } from '../kernel/actor.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import type { AccountId } from './account.ts'
import { ACCOUNT_COLUMNS, type AccountRow } from './accounts.ts'
import { actorOfToken, type Granted } from './actor-of-token.ts'
import { recognisedAnew } from './recognised-anew.ts'
import { openJson, sealJson } from './sealed-rows.ts'

/** A token as it is recognised: for whom, until when, and to what it is bound. */
export type Found = {
  readonly actor: Actor
  readonly expiresAt: Date
  /** Where it is good; an operator's own minting is good here. */
  readonly audience?: string
  /** Thumbprint of the key that must prove itself (DPoP, RFC 9449). */
  readonly jkt?: string
}

/**
 * Opaque access tokens: 32 random bytes, of which the database holds a hash. What one stands for is sealed beside it:
 * the actor as an operator minted it, or what the authorization server granted.
 */
export type AccessTokens = {
  /** For an operator at the machine. */
  issue(actor: Actor, lastsSeconds: number, clientId?: string): Promise<{ token: string; expiresAt: Date }>
  newToken(): string
  keep(token: string, granted: Granted, lastsSeconds: number): Promise<void>
  granted(token: string): Promise<Granted | undefined>
  end(token: string): Promise<void>
  endGrant(grantId: string): Promise<void>
  /** The person as they are now, under a client and a grant that still stand; undefined otherwise. */
  find(token: string): Promise<Found | undefined>
}

const PREFIX = 'cwt_'
const digest = (token: string): Buffer => hash('sha256', token, 'buffer')
const isToken = (token: string): boolean => token.startsWith(PREFIX) && token.length < 100
const newToken = (): string => PREFIX + randomBytes(32).toString('base64url')

type Kept = { readonly minted: Actor } | { readonly granted: Granted }
type Row = Partial<AccountRow> & { sealed: Buffer; expires_at: Date; client_id: string | null; client: Buffer | null }

const STANDS = `t.expires_at > now()
  and (t.client_id is null or (c.client_id is not null and c.revoked_at is null))
  and (t.grant_hash is null or exists (select from oauth_rows g where g.tenant_id = t.tenant_id and g.model = 'Grant'
    and g.id_hash = t.grant_hash and g.expires_at > now()))`

export function createAccessTokens(sql: Sql, key: () => KeyObject): AccessTokens {
  const seal = (at: Buffer, kept: Kept) => sealJson(key(), 'access-token', at.toString('hex'), kept)
  const open = (at: Buffer, sealed: Buffer) => openJson<Kept>(key(), 'access-token', at.toString('hex'), sealed)

  async function insert(token: string, kept: Kept, lastsSeconds: number, of: Partial<Granted>): Promise<Date> {
    const at = digest(token)
    const [row] = await sql.query<{ expires_at: Date }>(
      `insert into access_tokens (tenant_id, token_hash, sealed, expires_at, client_id, account_id, grant_hash)
       values (${TENANT_ID}, $1, $2, now() + make_interval(secs => $3), $4, $5, $6) returning expires_at`,
      [
        at,
        seal(at, kept),
        lastsSeconds,
        of.clientId ?? null,
        of.accountId ?? null,
        of.grantId === undefined ? null : digest(of.grantId),
      ],
    )
    return row?.expires_at as Date
  }

  async function sessionLives(account: AccountId, session: string): Promise<boolean> {
    const rows = await sql.query(
      `select from account_sessions where tenant_id = ${TENANT_ID} and account_id = $1 and session_id = $2
       and idle_until > now() and expires_at > now()`,
      [account, session],
    )
    return rows.length > 0
  }

  return {
    newToken,
    async issue(actor, lastsSeconds, clientId) {
      const token = newToken()
      const minted: Actor = { ...actor, strength: 'minted' }
      const expiresAt = await insert(token, { minted }, lastsSeconds, clientId === undefined ? {} : { clientId })
      return { token, expiresAt }
    },
    async keep(token, granted, lastsSeconds) {
      await insert(token, { granted }, lastsSeconds, granted)
    },
    async granted(token) {
      if (!isToken(token)) return undefined
      const at = digest(token)
      const [row] = await sql.query<Row>(
        `select t.sealed from access_tokens t left join clients c on c.tenant_id = t.tenant_id and c.client_id = t.client_id
         where t.tenant_id = ${TENANT_ID} and t.token_hash = $1 and ${STANDS}`,
        [at],
      )
      const kept = row && open(at, row.sealed)
      return kept !== undefined && 'granted' in kept ? kept.granted : undefined
    },
    async end(token) {
      await sql.query(`delete from access_tokens where tenant_id = ${TENANT_ID} and token_hash = $1`, [digest(token)])
      await recognisedAnew()
    },
    async endGrant(grantId) {
      await sql.query(`delete from access_tokens where tenant_id = ${TENANT_ID} and grant_hash = $1`, [digest(grantId)])
      await recognisedAnew()
    },
    async find(token) {
      if (!isToken(token)) return undefined
      const at = digest(token)
      const [row] = await sql.query<Row & { now: Date }>(
        `select t.sealed, t.expires_at, t.client_id, c.sealed as client, now() as now, ${ACCOUNT_COLUMNS}
         from access_tokens t
           left join clients c on c.tenant_id = t.tenant_id and c.client_id = t.client_id
           left join accounts a on a.tenant_id = t.tenant_id and a.account_id = t.account_id
         where t.tenant_id = ${TENANT_ID} and t.token_hash = $1 and ${STANDS}`,
        [at],
        'find-token',
      )
      if (row === undefined) return undefined
      const kept = open(at, row.sealed)
      const expiresAt = row.expires_at
      if ('minted' in kept) return { actor: kept.minted, expiresAt }
      const { accountId, sessionId, jkt, audience } = kept.granted
      if (sessionId !== undefined && !(await sessionLives(accountId as AccountId, sessionId))) return undefined
      const actor = actorOfToken(key(), kept.granted, row, row.now)
      return actor && { actor, expiresAt, audience, ...(jkt !== undefined && { jkt }) }
    },
  }
}
