import type { Sql } from '../database/sql.ts'
import type { Head } from './tree-store.ts'

const KEPT_OF_EACH = 8

/** Keeps a cosignature of this head, and of each witness only the newest few. `lines` end in newlines. */
export async function writeCosignature(
  sql: Sql,
  { size, root, checkpoint }: Pick<Head, 'size' | 'root' | 'checkpoint'>,
  witness: string,
  lines: string,
): Promise<void> {
  await sql.query(
    `insert into ledger_cosignatures (size, root, witness, checkpoint, cosignature) values ($1, $2, $3, $4, $5)
     on conflict (size, witness) do nothing`,
    [size, root, witness, checkpoint, lines],
  )
  await sql.query(
    `delete from ledger_cosignatures where witness = $1 and size < (
       select min(size) from (select size from ledger_cosignatures where witness = $1 order by size desc limit ${KEPT_OF_EACH}) newest)`,
    [witness],
  )
}

/** The cosignature lines of exactly this head, to be put after its signatures. */
export async function cosignaturesOf(sql: Sql, { size, root }: Pick<Head, 'size' | 'root'>): Promise<string> {
  const rows = await sql.query<{ cosignature: string }>(
    'select cosignature from ledger_cosignatures where size = $1 and root = $2 order by witness',
    [size, root],
    'cosignatures-of',
  )
  return rows.map((row) => row.cosignature).join('')
}

/** The newest size that each witness cosigned. */
export async function cosignedSizes(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.query<{ witness: string; size: number }>(
    'select witness, max(size) as size from ledger_cosignatures group by witness',
  )
  return new Map(rows.map((row) => [row.witness, row.size]))
}
