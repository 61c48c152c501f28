import type { Sql } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import { cosignatureTime } from './cosignature.ts'
import { parseSignatureLine } from './signed-note.ts'

/**
 * "Now" for what must not be hurried by who can set this machine's clock: the newest time a witness signed,
 * where there are witnesses; the database's clock where there are none.
 */
export async function trustedNow(sql: Sql, clock: Clock): Promise<Date> {
  const rows = await sql.query<{ cosignature: string }>('select cosignature from ledger_cosignatures')
  if (rows.length === 0) return clock.now()
  const times = rows.map((row) => Number(cosignatureTime(parseSignatureLine(row.cosignature.trimEnd()).signature)))
  return new Date(Math.max(...times) * 1000)
}
