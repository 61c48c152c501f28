import { hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import type { JWK } from 'jose'
import type { Sql } from '../database/sql.ts'
import type { Actor, Scope } from '../kernel/actor.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openJson, sealJson } from './sealed-rows.ts'

export type Client = {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Public keys for private_key_jwt; a client has these or a secret. */
  readonly jwks?: { readonly keys: readonly JWK[] }
  readonly secretHash?: string
}

export type Clients = {
  /** Throws `record.conflict` when the id is taken. */
  add(client: Omit<Client, 'secretHash'>, withSecret: boolean): Promise<{ secret?: string }>
  find(id: string): Promise<Client | undefined>
  list(): Promise<(Client & { createdAt: Date; revokedAt: Date | null })[]>
  /** Ends the client and every token it has; false when there is none of that name. */
  revoke(id: string): Promise<boolean>
}

const secretHash = (secret: string): string => hash('sha256', `chartwarden/client-secret/v1${secret}`, 'base64')

/** Client secrets are 32 random bytes, so one hash is enough; compared in constant time. */
export function secretMatches(client: Client, secret: string): boolean {
  if (client.secretHash === undefined) return false
  return timingSafeEqual(Buffer.from(client.secretHash, 'base64'), Buffer.from(secretHash(secret), 'base64'))
}

export function actorOfClient(client: Client, scopes: readonly Scope[] = client.scopes): Actor {
  return { kind: 'client', id: client.id, name: client.name, role: 'backend', scopes, purpose: 'TREAT' }
}

const CLIENT_ID = /^[a-z0-9][a-z0-9._-]{0,62}$/

export function createClients(sql: Sql, key: () => KeyObject): Clients {
  type Row = { client_id: string; sealed: Buffer; created_at: Date; revoked_at: Date | null }
  const opened = (row: Row): Client => openJson<Client>(key(), 'client', row.client_id, row.sealed)
  return {
    async add(client, withSecret) {
      if (!CLIENT_ID.test(client.id))
        throw new Refusal('request.invalid', 'A client id has lowercase letters, digits, dots and dashes, 63 at most.')
      const secret = withSecret ? randomBytes(32).toString('base64url') : undefined
      const stored: Client = { ...client, ...(secret !== undefined && { secretHash: secretHash(secret) }) }
      const rows = await sql.query(
        `insert into clients (tenant_id, client_id, sealed) values (${TENANT_ID}, $1, $2) on conflict do nothing returning client_id`,
        [client.id, sealJson(key(), 'client', client.id, stored)],
      )
      if (rows.length === 0) throw new Refusal('record.conflict', `There is a client ${client.id} already.`)
      return secret === undefined ? {} : { secret }
    },
    async find(id) {
      if (!CLIENT_ID.test(id)) return undefined
      const [row] = await sql.query<Row>(
        `select * from clients where tenant_id = ${TENANT_ID} and client_id = $1 and revoked_at is null`,
        [id],
      )
      return row && opened(row)
    },
    async list() {
      const rows = await sql.query<Row>(`select * from clients where tenant_id = ${TENANT_ID} order by client_id`)
      return rows.map((row) => ({ ...opened(row), createdAt: row.created_at, revokedAt: row.revoked_at }))
    },
    async revoke(id) {
      const rows = await sql.query(
        `update clients set revoked_at = now() where tenant_id = ${TENANT_ID} and client_id = $1 and revoked_at is null returning client_id`,
        [id],
      )
      return rows.length > 0
    },
  }
}
