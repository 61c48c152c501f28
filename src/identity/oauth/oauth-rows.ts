import { hash, type KeyObject } from 'node:crypto'
import type { AdapterPayload } from 'oidc-provider'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import type { AccountId } from '../account.ts'
import { openJson, sealJson } from '../sealed-rows.ts'

const digest = (id: string): Buffer => hash('sha256', id, 'buffer')

type Row = { id_hash: Buffer; sealed: Buffer; consumed_at: Date | null; created_at: Date }
export type GrantRow = { readonly payload: AdapterPayload; readonly idHash: string; readonly grantedAt: Date }

export type OauthRows = ReturnType<typeof createOauthRows>

/**
 * What the authorization server keeps: codes, grants, refresh tokens, logins, interactions, launches. Ids are known by
 * their hash only, and what they hold is sealed. Owner of the table `oauth_rows`; the clock is the database's.
 */
export function createOauthRows({ sql, key }: { sql: Sql; key: () => KeyObject }) {
  const place = (model: string, at: Buffer) => [`oauth/${model}`, at.toString('hex')] as const

  function opened(model: string, row: Row | undefined): AdapterPayload | undefined {
    if (row === undefined) return undefined
    const payload = openJson<AdapterPayload>(key(), ...place(model, row.id_hash), row.sealed)
    return row.consumed_at === null ? payload : { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) }
  }

  async function one(model: string, column: 'id_hash' | 'uid_hash', id: string): Promise<AdapterPayload | undefined> {
    const [row] = await sql.query<Row>(
      `select id_hash, sealed, consumed_at, created_at from oauth_rows
       where tenant_id = ${TENANT_ID} and model = $1 and ${column} = $2 and (expires_at is null or expires_at > now())`,
      [model, digest(id)],
    )
    return opened(model, row)
  }

  return {
    async put(model: string, id: string, payload: AdapterPayload, lastsSeconds: number | undefined): Promise<void> {
      const at = digest(id)
      const { grantId, uid, accountId, clientId } = payload
      await sql.query(
        `insert into oauth_rows (tenant_id, model, id_hash, sealed, grant_hash, uid_hash, account_id, client_id, expires_at)
         values (${TENANT_ID}, $1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))
         on conflict (tenant_id, model, id_hash) do update set sealed = excluded.sealed, grant_hash = excluded.grant_hash,
           uid_hash = excluded.uid_hash, account_id = excluded.account_id, client_id = excluded.client_id, expires_at = excluded.expires_at`,
        [
          model,
          at,
          sealJson(key(), ...place(model, at), payload),
          grantId === undefined ? null : digest(grantId),
          uid === undefined ? null : digest(uid),
          accountId ?? null,
          clientId ?? null,
          lastsSeconds ?? null,
        ],
      )
    },
    find: (model: string, id: string) => one(model, 'id_hash', id),
    findByUid: (model: string, uid: string) => one(model, 'uid_hash', uid),
    /** Uses it up, once: false for whoever comes second, however close. */
    async consume(model: string, id: string): Promise<boolean> {
      const rows = await sql.query(
        `update oauth_rows set consumed_at = now()
         where tenant_id = ${TENANT_ID} and model = $1 and id_hash = $2 and consumed_at is null returning model`,
        [model, digest(id)],
      )
      return rows.length > 0
    },
    async destroy(model: string, id: string): Promise<void> {
      await sql.query(`delete from oauth_rows where tenant_id = ${TENANT_ID} and model = $1 and id_hash = $2`, [
        model,
        digest(id),
      ])
    },
    /** Takes it away and returns what it was: for what is good once and needs no memory. */
    async take(model: string, id: string): Promise<AdapterPayload | undefined> {
      const [row] = await sql.query<Row>(
        `delete from oauth_rows where tenant_id = ${TENANT_ID} and model = $1 and id_hash = $2 and expires_at > now()
         returning id_hash, sealed, consumed_at, created_at`,
        [model, digest(id)],
      )
      return opened(model, row)
    },
    async endGrant(model: string, grantId: string): Promise<void> {
      await sql.query(`delete from oauth_rows where tenant_id = ${TENANT_ID} and model = $1 and grant_hash = $2`, [
        model,
        digest(grantId),
      ])
    },
    /** What a person has granted, newest first. */
    async grantsOf(account: AccountId): Promise<GrantRow[]> {
      const rows = await sql.query<Row>(
        `select id_hash, sealed, consumed_at, created_at from oauth_rows
         where tenant_id = ${TENANT_ID} and account_id = $1 and model = 'Grant' and expires_at > now() order by created_at desc`,
        [account],
      )
      return rows.map((row) => ({
        payload: opened('Grant', row) as AdapterPayload,
        idHash: row.id_hash.toString('hex'),
        grantedAt: row.created_at,
      }))
    },
    async sweep(): Promise<void> {
      await sql.query(`delete from oauth_rows where tenant_id = ${TENANT_ID} and expires_at < now() - interval '1 day'`)
      await sql.query(
        `delete from access_tokens where tenant_id = ${TENANT_ID} and expires_at < now() - interval '1 day'`,
      )
    },
  }
}
