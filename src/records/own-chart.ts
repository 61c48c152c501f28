import { nearest } from '../database/nearest.ts'
import type { Sql } from '../database/sql.ts'
import { createBatcher } from '../kernel/batcher.ts'
import { type RowId, TENANT_ID, TENANT_OWNER } from '../kernel/ids.ts'
import type { WrappedOwner } from '../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../vault/wrapped-owner-row.ts'
import { consentsOf, type SealedConsents, unitsForConsents } from './consents/owner-consents.ts'
import type { HeldRelations } from './relations/held-relations.ts'
import { relatedOwners, relationsOfCarer } from './relations/relations-of-carer.ts'

/** One version of a record as it lies in the database: sealed. */
export type SealedRow = {
  readonly row: RowId
  readonly type: string
  readonly version: number
  readonly act: 'C' | 'U' | 'D'
  readonly at: Date
  readonly label: Buffer
  readonly body: Buffer | null
  readonly owner: WrappedOwner
  /** Which relations the actor who asked has with the owner at this moment. */
  readonly relations: HeldRelations
  readonly consents: SealedConsents | null
  readonly keysEpoch: number
  /** Of an older version: the newest, while it is of the same owner. */
  readonly newest?: { readonly version: number; readonly label: Buffer }
}

const MOST = 64
const LANES = 2

const COLUMNS = `v.row_id, v.type, v.version, v.act, v.at, v.label, v.body, v.owner_id, o.shard, o.kek_version, o.wrapped_key, o.audit_key,
  ${relationsOfCarer('t.carer', 'v.owner_id')} as relations, ${consentsOf('v.owner_id')} as consents,
  ${unitsForConsents('t.carer', 'v.owner_id')} as units,
  (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as keys_epoch`
const OWNERS = `join owners o on o.tenant_id = ${TENANT_ID} and o.owner_id = v.owner_id`
/** One step after another: whatever the planner knows of the tables, it cannot begin with all versions. */
const VERSION = (version: string) => `cross join lateral (select * from record_versions v
    where v.tenant_id = ${TENANT_ID} and v.row_id = h.row_id and v.version = ${version} limit 1) v
  cross join lateral (select * from owners o where o.tenant_id = ${TENANT_ID} and o.owner_id = v.owner_id limit 1) o`

const CURRENT = `select t.n, h.id_token = t.id_token and v.version = coalesce(t.version, h.version) as meant, ${COLUMNS},
    case when t.version is not null then h.version end as newest_version,
    case when t.version is not null then (select w.label from record_versions w where w.tenant_id = ${TENANT_ID}
      and w.row_id = h.row_id and w.version = h.version and w.owner_id = v.owner_id) end as newest_label
  from unnest($1::bytea[], $2::bytea[], $3::int[]) with ordinality t(id_token, carer, version, n)
  cross join lateral ${nearest('record_heads', 'id_token', 't.id_token')} h
  ${VERSION('least(greatest(coalesce(t.version, h.version), 1), h.version)')}`

const BY_ROW = `select t.n, h.row_id = t.row_id as meant, ${COLUMNS}
  from unnest($1::uuid[], $2::bytea[]) with ordinality t(row_id, carer, n)
  cross join lateral ${nearest('record_heads', 'row_id', 't.row_id')} h
  ${VERSION('h.version')}
  order by t.n`

const VERSIONS = `select h.id_token = t.id_token as meant, ${COLUMNS}
  from (select $1::bytea as id_token, $2::bytea as carer) t
  cross join lateral ${nearest('record_heads', 'id_token', 't.id_token')} h
  cross join lateral (select * from record_versions v where v.tenant_id = ${TENANT_ID} and v.row_id = h.row_id
    order by v.version desc limit $3 offset $4) v ${OWNERS}
  order by v.version desc`

const OF_TYPE = `select ${COLUMNS}
  from (select $1::bytea as carer) t
  join record_versions v on v.tenant_id = ${TENANT_ID} and v.type = $2 and ($3::timestamptz is null or v.at >= $3) ${OWNERS}
  where $6::bytea[] is null or o.owner_id in (${relatedOwners('$1')}) or o.owner_id = '${TENANT_OWNER}' or o.patient_token = any($6)
  order by v.at desc, v.row_id limit $4 offset $5`

/** What was asked for, or what was fetched in its place, so that nothing takes less time: never to be opened or told of. */
export type Fetched = { readonly row: SealedRow | undefined; readonly decoy: SealedRow | undefined }

type Window = { readonly limit: number; readonly offset: number }

type Row = WrappedOwnerRow & {
  n: number
  meant: boolean
  row_id: RowId
  type: string
  version: number
  act: SealedRow['act']
  at: Date
  label: Buffer
  body: Buffer | null
  relations: string | null
  consents: Buffer | null
  units: string | null
  keys_epoch: number
  newest_version?: number | null
  newest_label?: Buffer | null
}

const sealedRow = (row: Row): SealedRow => ({
  row: row.row_id,
  type: row.type,
  version: row.version,
  act: row.act,
  at: row.at,
  label: row.label,
  body: row.body,
  owner: wrappedOwner(row),
  relations: { owner: row.owner_id, text: row.relations },
  consents: row.consents && { owner: row.owner_id, sealed: row.consents, units: row.units },
  keysEpoch: row.keys_epoch,
  ...(row.newest_version &&
    row.newest_version !== row.version &&
    row.newest_label && { newest: { version: row.newest_version, label: row.newest_label } }),
})

const NOTHING: Fetched = { row: undefined, decoy: undefined }
const fetched = (row: Row): Fetched =>
  row.meant ? { row: sealedRow(row), decoy: undefined } : { row: undefined, decoy: sealedRow(row) }

export type OwnChart = ReturnType<typeof createOwnChart>

/** The SQL of the chart. `carer` is the token of the actor's own record, or empty bytes for who has none. */
export function createOwnChart(sql: Sql) {
  const current = createBatcher<{ idToken: Buffer; carer: Buffer; version: number | null }, Fetched>({
    lanes: LANES,
    most: MOST,
    async run(asked) {
      const rows = await sql.query<Row>(
        CURRENT,
        [asked.map((one) => one.idToken), asked.map((one) => one.carer), asked.map((one) => one.version)],
        'current-rows',
      )
      const found = new Map(rows.map((row) => [row.n, row]))
      return asked.map((_, n) => {
        const row = found.get(n + 1)
        return row === undefined ? NOTHING : fetched(row)
      })
    },
  })

  const byRows = createBatcher<{ rows: readonly RowId[]; carer: Buffer }, Fetched[]>({
    lanes: LANES,
    most: MOST,
    async run(asked) {
      const rows = await sql.query<Row>(
        BY_ROW,
        [asked.flatMap((one) => one.rows), asked.flatMap((one) => one.rows.map(() => one.carer))],
        'rows-by-id',
      )
      const answers: Fetched[][] = []
      let end = 0
      let at = 0
      for (const one of asked) {
        end += one.rows.length
        const own: Fetched[] = []
        for (; at < rows.length && (rows[at] as Row).n <= end; at++) own.push(fetched(rows[at] as Row))
        answers.push(own)
      }
      return answers
    },
  })

  return {
    /** The newest version under an id, deleted or not, or the one named, or a decoy; many callers share one statement. */
    current: (idToken: Buffer, carer: Buffer, version?: number) =>
      current({ idToken, carer, version: version ?? null }),
    /** The newest versions of many records, or decoys, in the order asked. */
    byRows: (rows: readonly RowId[], carer: Buffer): Promise<Fetched[]> =>
      rows.length === 0 ? Promise.resolve([]) : byRows({ rows, carer }),
    /** Versions of every record of a type, newest first; with `own`, of who is related to the carer and of these patients. */
    async versionsOfType(
      type: string,
      carer: Buffer,
      { since, own, limit, offset }: Window & { since?: Date | undefined; own?: readonly Buffer[] | undefined },
    ) {
      const values = [carer, type, since ?? null, limit, offset, own ?? null]
      const found = await sql.query<Row>(OF_TYPE, values, 'versions-of-type')
      return found.map((row) => fetched({ ...row, meant: true }))
    },
    /** Versions of one record, newest first, or of a decoy. */
    async versions(idToken: Buffer, carer: Buffer, { limit, offset }: Window): Promise<Fetched[]> {
      const found = await sql.query<Row>(VERSIONS, [idToken, carer, limit, offset], 'versions')
      return found.map(fetched)
    },
  }
}
