import { hash, type KeyObject, randomBytes } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import type { Actor } from '../kernel/actor.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { openJson, sealJson } from './sealed-rows.ts'

/** Opaque access tokens: 32 random bytes, of which the database holds a hash, and the actor sealed beside it. */
export type AccessTokens = {
  issue(actor: Actor, lastsSeconds: number, clientId?: string): Promise<{ token: string; expiresAt: Date }>
  find(token: string): Promise<{ actor: Actor; expiresAt: Date } | undefined>
}

const PREFIX = 'cwt_'
const digest = (token: string): Buffer => hash('sha256', token, 'buffer')

export function createAccessTokens(sql: Sql, key: () => KeyObject): AccessTokens {
  return {
    async issue(actor, lastsSeconds, clientId) {
      const token = PREFIX + randomBytes(32).toString('base64url')
      const at = digest(token)
      const [row] = await sql.query<{ expires_at: Date }>(
        `insert into access_tokens (tenant_id, token_hash, sealed, expires_at, client_id)
         values (${TENANT_ID}, $1, $2, now() + make_interval(secs => $3), $4) returning expires_at`,
        [at, sealJson(key(), 'access-token', at.toString('hex'), actor), lastsSeconds, clientId ?? null],
      )
      return { token, expiresAt: row?.expires_at as Date }
    },
    async find(token) {
      if (!token.startsWith(PREFIX) || token.length > 100) return undefined
      const at = digest(token)
      const [row] = await sql.query<{ sealed: Buffer; expires_at: Date }>(
        `select t.sealed, t.expires_at from access_tokens t left join clients c on c.tenant_id = t.tenant_id and c.client_id = t.client_id
         where t.tenant_id = ${TENANT_ID} and t.token_hash = $1 and t.expires_at > now() and c.revoked_at is null`,
        [at],
        'find-token',
      )
      return (
        row && {
          actor: openJson<Actor>(key(), 'access-token', at.toString('hex'), row.sealed),
          expiresAt: row.expires_at,
        }
      )
    },
  }
}
