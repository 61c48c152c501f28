import { hash } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { TENANT_ID } from '../kernel/ids.ts'

/** Remembers a `jti` of `whose` until it expires; false when it was there before. */
export type SpendOnce = (whose: string, jti: string, expiresAt: Date) => Promise<boolean>

const SWEPT_EACH_MS = 60_000

/** What is good once: client assertions and DPoP proofs. Owner of the table `spent_assertions`. */
export function createSpendOnce(sql: Sql): SpendOnce {
  let swept = 0
  return async function spendOnce(whose, jti, expiresAt) {
    if (Date.now() - swept > SWEPT_EACH_MS) {
      swept = Date.now()
      await sql.query(`delete from spent_assertions where expires_at < now() - interval '10 minutes'`)
    }
    const rows = await sql.query(
      `insert into spent_assertions (tenant_id, assertion_hash, expires_at) values (${TENANT_ID}, $1, $2)
       on conflict do nothing returning tenant_id`,
      [hash('sha256', JSON.stringify([whose, jti]), 'buffer'), expiresAt],
    )
    return rows.length > 0
  }
}
