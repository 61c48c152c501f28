import { generateKeyPair, hash, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import { openJson, sealJson } from '../sealed-rows.ts'

const generate = promisify(generateKeyPair)
/** A new key is published this long before it signs, so that every node and client knows it by then. */
const PUBLISHED_FIRST_SECONDS = 60
/** The longest an ID token lasts: that long the key that signed it stays published. */
export const ID_TOKEN_LASTS_SECONDS = 3600

type Row = { kid: string; sealed: Buffer; young: boolean }

export type OauthKeys = ReturnType<typeof createOauthKeys>

/** The keys of ID tokens, RS256. Owner of the table `oauth_keys`. */
export function createOauthKeys({ sql, key }: { sql: Sql; key: () => KeyObject }) {
  const served = () =>
    sql.query<Row>(
      `select kid, sealed, created_at > now() - interval '${PUBLISHED_FIRST_SECONDS} seconds' as young from oauth_keys
       where tenant_id = ${TENANT_ID} and (retired_at is null or retired_at > now() - interval '${ID_TOKEN_LASTS_SECONDS + PUBLISHED_FIRST_SECONDS} seconds')
       order by retired_at is not null, created_at desc, kid`,
    )

  async function add(): Promise<string> {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 })
    const jwk = await exportJWK(privateKey)
    const kid = await calculateJwkThumbprint(jwk)
    await sql.query(`insert into oauth_keys (tenant_id, kid, sealed) values (${TENANT_ID}, $1, $2)`, [
      kid,
      sealJson(key(), 'oauth-key', kid, { ...jwk, kid, alg: 'RS256', use: 'sig' }),
    ])
    return kid
  }

  return {
    /** The one that signs first; `mark` changes when they do. Makes one when there is none. */
    async served(): Promise<{ keys: JWK[]; mark: string }> {
      let rows = await served()
      if (rows.length === 0) {
        await add()
        rows = await served()
      }
      const signing = rows.find((row) => !row.young) ?? rows[0]
      const ordered = [signing as Row, ...rows.filter((row) => row !== signing)]
      return {
        keys: ordered.map((row) => openJson<JWK>(key(), 'oauth-key', row.kid, row.sealed)),
        mark: hash('sha256', ordered.map((row) => row.kid).join()),
      }
    },
    /** A new key; the ones before sign until it is known everywhere, and stay published until the last token they signed has ended. */
    async rotate(): Promise<{ kid: string; retired: string[] }> {
      const kid = await add()
      const retired = await sql.query<{ kid: string }>(
        `update oauth_keys set retired_at = now() where tenant_id = ${TENANT_ID} and kid <> $1 and retired_at is null returning kid`,
        [kid],
      )
      await sql.query(
        `delete from oauth_keys where tenant_id = ${TENANT_ID} and retired_at < now() - interval '${2 * ID_TOKEN_LASTS_SECONDS} seconds'`,
      )
      return { kid, retired: retired.map((row) => row.kid) }
    },
  }
}
