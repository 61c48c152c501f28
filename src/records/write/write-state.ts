import type { Sql } from '../../database/sql.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../../kernel/ids.ts'
import type { WrappedOwner } from '../../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../../vault/wrapped-owner-row.ts'
import { consentsOf } from '../consents/owner-consents.ts'
import type { Carer } from '../relations/carers.ts'
import type { HeldRelations } from '../relations/held-relations.ts'
import { relationsOf } from '../relations/relations-of-carer.ts'

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
  carers: readonly Carer[],
  owners: readonly OwnerId[],
): Promise<Map<string, HeldRelations>> {
  if (carers.length === 0) return new Map()
  const rows = await sql.query<{ n: number; owner_id: OwnerId; relations: string | null }>(
    `select t.n, o.owner_id, ${relationsOf('t.tokens::bytea[]', 'o.owner_id')} as relations
     from unnest($1::text[]) with ordinality t(tokens, n) cross join unnest($2::uuid[]) o(owner_id)`,
    [carers.map((one) => one.tokens), owners],
    'care-of',
  )
  return new Map(
    rows.map(({ n, owner_id: owner, relations: text }) => {
      const carer = carers[n - 1] as Carer
      return [`${carer.token} ${owner}`, { owner, text, carer }]
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
