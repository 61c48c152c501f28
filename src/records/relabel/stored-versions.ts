import type { Sql } from '../../database/sql.ts'
import { type RowId, TENANT_ID } from '../../kernel/ids.ts'
import type { WrappedOwner } from '../../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../../vault/wrapped-owner-row.ts'

/** One version of a record, sealed, with where the index has the record and its owner's keys. */
export type StoredVersion = {
  readonly row: RowId
  readonly version: number
  readonly type: string
  readonly at: Date
  readonly label: Buffer
  readonly body: Buffer | null
  readonly owner: WrappedOwner
  /** Whether this is the newest; then also on which page of its owner it is indexed, if it is. */
  readonly current: boolean
  readonly page: number | null
  readonly keysEpoch: number
}

type Row = WrappedOwnerRow & {
  row_id: RowId
  version: number
  type: string
  at: Date
  label: Buffer
  body: Buffer | null
  current: boolean
  page: number | null
  keys_epoch: number
}

/** Every version of these records, each record's oldest first. */
export async function storedVersions(sql: Sql, rows: readonly RowId[]): Promise<StoredVersion[]> {
  const found = await sql.query<Row>(
    `select v.row_id, v.version, v.type, v.at, v.label, v.body, v.owner_id, o.shard, o.kek_version, o.wrapped_key, o.audit_key,
       h.version = v.version as current, h.page, (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as keys_epoch
     from record_heads h
     join record_versions v on v.tenant_id = ${TENANT_ID} and v.row_id = h.row_id
     join owners o on o.tenant_id = ${TENANT_ID} and o.owner_id = v.owner_id
     where h.tenant_id = ${TENANT_ID} and h.row_id = any($1) order by v.row_id, v.version`,
    [rows],
    'stored-versions',
  )
  return found.map((row) => ({
    row: row.row_id,
    version: row.version,
    type: row.type,
    at: row.at,
    label: row.label,
    body: row.body,
    owner: wrappedOwner(row),
    current: row.current,
    page: row.page,
    keysEpoch: row.keys_epoch,
  }))
}

/** The next records in the order of their random ids, after one. */
export async function nextRecords(sql: Sql, after: string, most: number): Promise<RowId[]> {
  const rows = await sql.query<{ row_id: RowId }>(
    `select row_id from record_heads where tenant_id = ${TENANT_ID} and row_id > $1::uuid order by row_id limit ${most}`,
    [after],
    'next-records',
  )
  return rows.map((row) => row.row_id)
}

export async function countRecords(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ n: number }>(`select count(*) as n from record_heads where tenant_id = ${TENANT_ID}`)
  return row?.n ?? 0
}
