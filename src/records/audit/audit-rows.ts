import type { Sql } from '../../database/sql.ts'
import { type EntryId, type OwnerId, TENANT_ID } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import { open } from '../../vault/seal.ts'
import { type FoundOwner, foundOwner, type OwnerRowFound } from '../search/find-owners.ts'

/** A ledger entry that is in the tree, with its owner's keys. */
export type AuditRow = {
  readonly entry: EntryId
  readonly idx: number
  readonly sealed: Buffer
  readonly owner: FoundOwner
}

type Row = OwnerRowFound & { entry_id: EntryId; idx: number; sealed: Buffer }

const SELECT = `select e.entry_id, l.idx, e.sealed, o.owner_id, o.patient_token, o.shard, o.kek_version, o.wrapped_key, o.audit_key, null as relations, null::bytea as consents,
    (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as keys_epoch
  from ledger_leaves l join ledger_entries e on e.tenant_id = ${TENANT_ID} and e.entry_id = l.entry_id
  join owners o on o.tenant_id = ${TENANT_ID} and o.owner_id = l.owner_id`

const auditRow = (row: Row): AuditRow => ({
  entry: row.entry_id,
  idx: row.idx,
  sealed: row.sealed,
  owner: foundOwner(row),
})

type Window = {
  readonly owner?: OwnerId | undefined
  readonly among?: readonly OwnerId[] | undefined
  readonly before?: number | undefined
  readonly limit: number
}

/** Newest first, below `before`; of one owner, of some, or of everybody. */
export async function auditRows(sql: Sql, { owner, among, before, limit }: Window): Promise<AuditRow[]> {
  const text =
    owner === undefined
      ? `${SELECT} where ($1::bigint is null or l.idx < $1) and ($3::uuid[] is null or l.owner_id = any($3)) order by l.idx desc limit $2`
      : `${SELECT} where l.owner_id = $3 and ($1::bigint is null or l.idx < $1) order by l.owner_seq desc limit $2`
  const rows = await sql.query<Row>(
    text,
    owner === undefined ? [before ?? null, limit, among ?? null] : [before ?? null, limit, owner],
    owner === undefined ? 'audit-rows' : 'audit-rows-of',
  )
  return rows.map(auditRow)
}

export async function auditRowOf(sql: Sql, entry: string): Promise<AuditRow | undefined> {
  const [row] = await sql.query<Row>(`${SELECT} where l.entry_id = $1`, [entry], 'audit-row')
  return row && auditRow(row)
}

/** The AuditEvent of an entry as JSON text: what the leaf commits to, after its 32 bytes of salt. */
export function openEvent(receipt: Receipt, owners: OwnerCache, row: Omit<AuditRow, 'idx'>): string {
  const place = { owner: row.owner.owner, type: 'AuditEvent', row: row.entry, version: 1, column: 'event' } as const
  return open(receipt, owners.unwrap(row.owner, row.owner.keysEpoch), 'audit', place, row.sealed)
    .subarray(32)
    .toString()
}
