import type { Sql } from '../../database/sql.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../../kernel/ids.ts'
import type { WrappedOwner } from '../../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../../vault/wrapped-owner-row.ts'
import { consentsOf } from '../consents/owner-consents.ts'
import type { HeldRelations } from '../relations/held-relations.ts'
import { relationsOfCarer, unitsOfCarer } from '../relations/relations-of-carer.ts'

/** The head of a record as the database has it, with the label of its newest version. */
export type Head = {
  readonly row: RowId
  readonly type: string
  readonly version: number
  readonly deleted: boolean
  readonly owner: OwnerId
  readonly page: number | null
  readonly at: Date
  /** Null when the newest version was written by this very batch: then `known` says what it is. */
  readonly label: Buffer | null
}

export type OwnerRow = WrappedOwner & {
  readonly patientToken: string | null
  /** Sealed; absent for who is new. */
  readonly consents?: Buffer | null
}

/**
 * Heads under these id tokens, locked in the order of their tokens. Keyed by the token in hex. The labels are read by
 * a statement of their own, also when there are none: one that waited for a lock sees the new head and old versions.
 */
export async function lockHeads(sql: Sql, idTokens: readonly Buffer[]): Promise<Map<string, Head>> {
  if (idTokens.length === 0) return new Map()
  const locked = await sql.query<{
    id_token: Buffer
    row_id: RowId
    type: string
    version: number
    deleted: boolean
    owner_id: OwnerId
    page: number | null
  }>(
    `select id_token, row_id, type, version, deleted, owner_id, page from record_heads
     where tenant_id = ${TENANT_ID} and id_token = any($1) order by id_token for update`,
    [idTokens],
    'lock-heads',
  )
  const labels = await sql.query<{ row_id: RowId; at: Date; label: Buffer }>(
    `select v.row_id, v.at, v.label from unnest($1::uuid[], $2::int[]) t(row_id, version)
     join record_versions v on v.tenant_id = ${TENANT_ID} and v.row_id = t.row_id and v.version = t.version`,
    [locked.map((row) => row.row_id), locked.map((row) => row.version)],
    'labels-of-heads',
  )
  const labelOf = new Map(labels.map((row) => [row.row_id, row]))
  return new Map(
    locked.map((row) => {
      const { at, label } = labelOf.get(row.row_id) as (typeof labels)[number]
      const { id_token, row_id, type, version, deleted, owner_id, page } = row
      return [id_token.toString('hex'), { row: row_id, type, version, deleted, owner: owner_id, page, at, label }]
    }),
  )
}

/**
 * The owners of these patients (by token) and these owners themselves, locked in order: who holds them is
 * the only writer of their index pages. The tenant is always among them.
 */
export async function lockOwners(
  sql: Sql,
  patientTokens: readonly Buffer[],
  owners: readonly OwnerId[],
): Promise<OwnerRow[]> {
  const rows = await sql.query<WrappedOwnerRow & { patient_token: Buffer | null; consents: Buffer | null }>(
    `select owner_id, patient_token, shard, kek_version, wrapped_key, audit_key, ${consentsOf('owners.owner_id')} as consents from owners
     where tenant_id = ${TENANT_ID} and (patient_token = any($1) or owner_id = any($2)) order by owner_id for no key update`,
    [patientTokens, owners],
    'lock-owners',
  )
  return rows.map((row) => ({
    ...wrappedOwner(row),
    patientToken: row.patient_token?.toString('hex') ?? null,
    consents: row.consents,
  }))
}

/** The relations of these carers with these owners, by `token owner`. */
export async function careOf(
  sql: Sql,
  carers: readonly Buffer[],
  owners: readonly OwnerId[],
): Promise<Map<string, HeldRelations>> {
  const some = carers.filter((carer) => carer.length > 0)
  if (some.length === 0) return new Map()
  const rows = await sql.query<{ carer: Buffer; owner_id: OwnerId; relations: string | null }>(
    `select t.carer, o.owner_id, ${relationsOfCarer('t.carer', 'o.owner_id')} as relations
     from unnest($1::bytea[]) t(carer) cross join unnest($2::uuid[]) o(owner_id)`,
    [some, owners],
    'care-of',
  )
  return new Map(
    rows.map((row) => [`${row.carer.toString('hex')} ${row.owner_id}`, { owner: row.owner_id, text: row.relations }]),
  )
}

/** Tokens of all that somebody belongs to or did, themselves included; and as the database says it. */
export type Belongings = { readonly tokens: ReadonlySet<string>; readonly units: string | null }

/** By the token of each of these carers. */
export async function belongingsOf(sql: Sql, carers: readonly Buffer[]): Promise<Map<string, Belongings>> {
  const some = carers.filter((carer) => carer.length > 0)
  if (some.length === 0) return new Map()
  const rows = await sql.query<{ carer: Buffer; units: string | null }>(
    `select t.carer, ${unitsOfCarer('t.carer')} as units from unnest($1::bytea[]) t(carer)`,
    [some],
    'belongings-of',
  )
  return new Map(
    rows.map(({ carer, units }) => {
      const told = JSON.parse(units ?? '[]') as [token: string, known: boolean][]
      const known = told.flatMap(([token, isKnown]) => (isKnown ? [token] : []))
      return [carer.toString('hex'), { tokens: new Set([carer.toString('hex'), ...known]), units }]
    }),
  )
}

export async function keysEpoch(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ value: number }>(
    `select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys'`,
    [],
    'keys-epoch',
  )
  return row?.value ?? 0
}

/**
 * For who may wrap new keys: no shard key is replaced until this transaction ends (`vault/rotate-keys.ts` holds the
 * same lock exclusively), so that no key is wrapped under one that is about to be forgotten. Read the epoch after it.
 */
export async function holdKeys(tx: Sql): Promise<void> {
  await tx.query('select pg_advisory_xact_lock_shared(7306, 3)', [], 'hold-keys')
}
