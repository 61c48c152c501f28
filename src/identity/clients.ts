import { hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import type { JWK } from 'jose'
import type { Database } from '../database/sql.ts'
import type { Actor, Scope } from '../kernel/actor.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { recognisedAnew } from './recognised-anew.ts'
import { openJson, sealJson } from './sealed-rows.ts'

export type Client = {
  readonly id: string
  readonly name: string
  /** What it may ask for on records. */
  readonly scopes: readonly Scope[]
  /** What else it may ask for: `openid`, `launch`, `offline_access`, … */
  readonly words?: readonly string[]
  /** Public keys for private_key_jwt: here, or at an address. A client has these, or a secret, or is public. */
  readonly jwks?: { readonly keys: readonly JWK[] }
  readonly jwksUri?: string
  readonly secretHash?: string
  /** An app in a browser or on a phone, which can keep no secret. */
  readonly public?: boolean
  readonly redirectUris?: readonly string[]
  /** Where it is started from our pages (EHR launch). */
  readonly launchUri?: string
  /** Its own page, for people. */
  readonly uri?: string
  readonly type?: 'web' | 'native'
  readonly requireDpop?: boolean
  /** Whether it may ask what others' tokens stand for (RFC 7662): a resource server. */
  readonly introspects?: boolean
  /** It registered itself, and no operator has approved it. */
  readonly pending?: boolean
}

export type Listed = Client & {
  readonly createdAt: Date
  readonly revokedAt: Date | null
  /** When each of its keys was last used, by `kid`. */
  readonly keysUsed: ReadonlyMap<string, Date>
}

export type Clients = {
  /** Throws `record.conflict` when the id is taken. */
  add(client: Omit<Client, 'secretHash'>, withSecret: boolean): Promise<{ secret?: string }>
  /** One that may act: neither revoked nor pending. */
  find(id: string): Promise<Client | undefined>
  list(): Promise<Listed[]>
  /** Ends the client and every token it has; false when there is none of that name. */
  revoke(id: string): Promise<boolean>
  /** Keeps a client that changed, as `changed` makes it of what is there. Throws `record.not-found`. */
  change(id: string, changed: (client: Client) => Client): Promise<Client>
  /** Notes that a key was used; true the first time. */
  noteKeyUsed(id: string, kid: string): Promise<boolean>
}

const secretHash = (secret: string): string => hash('sha256', `chartwarden/client-secret/v1${secret}`, 'base64')

/** Client secrets are 32 random bytes, so one hash is enough; compared in constant time. */
export const hashMatches = (hashed: string, secret: string): boolean =>
  timingSafeEqual(Buffer.from(hashed, 'base64'), Buffer.from(secretHash(secret), 'base64'))

export function actorOfClient(client: Client, scopes: readonly Scope[] = client.scopes): Actor {
  return { kind: 'client', id: client.id, name: client.name, role: 'backend', scopes, purpose: 'TREAT' }
}

const CLIENT_ID = /^[a-z0-9][a-z0-9._-]{0,62}$/

export function createClients(sql: Database, key: () => KeyObject): Clients {
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
      const client = row && opened(row)
      return client?.pending === true ? undefined : client
    },
    async list() {
      const [rows, used] = await Promise.all([
        sql.query<Row>(`select * from clients where tenant_id = ${TENANT_ID} order by client_id`),
        sql.query<{ client_id: string; kid: string; used_at: Date }>(
          `select client_id, kid, used_at from client_keys_used where tenant_id = ${TENANT_ID}`,
        ),
      ])
      return rows.map((row) => ({
        ...opened(row),
        createdAt: row.created_at,
        revokedAt: row.revoked_at,
        keysUsed: new Map(used.filter((one) => one.client_id === row.client_id).map((one) => [one.kid, one.used_at])),
      }))
    },
    async change(id, changed) {
      const client = await sql.within(async (tx) => {
        const [row] = await tx.query<Row>(
          `select * from clients where tenant_id = ${TENANT_ID} and client_id = $1 and revoked_at is null for update`,
          [id],
        )
        if (row === undefined) throw new Refusal('record.not-found', `There is no client ${id}.`)
        const client = changed(opened(row))
        await tx.query(`update clients set sealed = $2 where tenant_id = ${TENANT_ID} and client_id = $1`, [
          id,
          sealJson(key(), 'client', id, client),
        ])
        return client
      })
      await recognisedAnew()
      return client
    },
    async noteKeyUsed(id, kid) {
      const [row] = await sql.query<{ first: boolean }>(
        `insert into client_keys_used (tenant_id, client_id, kid, used_at) values (${TENANT_ID}, $1, $2, now())
         on conflict (tenant_id, client_id, kid) do update set used_at = now() returning xmax = 0 as first`,
        [id, kid],
      )
      return row?.first === true
    },
    async revoke(id) {
      const rows = await sql.query(
        `update clients set revoked_at = now() where tenant_id = ${TENANT_ID} and client_id = $1 and revoked_at is null returning client_id`,
        [id],
      )
      if (rows.length > 0) await recognisedAnew()
      return rows.length > 0
    },
  }
}
