import { nearest } from '../database/nearest.ts'
import { createBatcher } from '../kernel/batcher.ts'
import { type RowId, TENANT_ID, TENANT_OWNER } from '../kernel/ids.ts'
import type { WrappedOwner } from '../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../vault/wrapped-owner-row.ts'
import { consentsOf, type SealedConsents } from './consents/owner-consents.ts'
import { type Carer, type Carers, NO_CARER, numbered } from './relations/carers.ts'
import type { HeldRelations } from './relations/held-relations.ts'
import { relatedOwners, relationsOf, tokensOf } from './relations/relations-of-carer.ts'

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

const columnsFor = (
  who?: string,
) => `v.row_id, v.type, v.version, v.act, v.at, v.label, v.body, v.owner_id, o.shard, o.kek_version, o.wrapped_key, o.audit_key,
  ${relationsOf(tokensOf(who), 'v.owner_id')} as relations, ${consentsOf('v.owner_id')} as consents,
  (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as keys_epoch`
const OWNERS = `join owners o on o.tenant_id = ${TENANT_ID} and o.owner_id = v.owner_id`
/** One step after another: whatever the planner knows of the tables, it cannot begin with all versions. */
const VERSION = (version: string) => `cross join lateral (select * from record_versions v
    where v.tenant_id = ${TENANT_ID} and v.row_id = h.row_id and v.version = ${version} limit 1) v
  cross join lateral (select * from owners o where o.tenant_id = ${TENANT_ID} and o.owner_id = v.owner_id limit 1) o`

const CURRENT = `select t.n, h.id_token = t.id_token and v.version = coalesce(t.version, h.version) as meant, t.who, ${columnsFor('t.who')},
    case when t.version is not null then h.version end as newest_version,
    case when t.version is not null then (select w.label from record_versions w where w.tenant_id = ${TENANT_ID}
      and w.row_id = h.row_id and w.version = h.version and w.owner_id = v.owner_id) end as newest_label
  from unnest($2::bytea[], $3::int[], $4::int[]) with ordinality t(id_token, who, version, n)
  cross join lateral ${nearest('record_heads', 'id_token', 't.id_token')} h
  ${VERSION('least(greatest(coalesce(t.version, h.version), 1), h.version)')}`

const BY_ROW = `select t.n, h.row_id = t.row_id as meant, t.who, ${columnsFor('t.who')}
  from unnest($2::uuid[], $3::int[]) with ordinality t(row_id, who, n)
  cross join lateral ${nearest('record_heads', 'row_id', 't.row_id')} h
  ${VERSION('h.version')}
  order by t.n`

const VERSIONS = `select h.id_token = t.id_token as meant, ${columnsFor()}
  from (select $2::bytea as id_token) t
  cross join lateral ${nearest('record_heads', 'id_token', 't.id_token')} h
  cross join lateral (select * from record_versions v where v.tenant_id = ${TENANT_ID} and v.row_id = h.row_id
    order by v.version desc limit $3 offset $4) v ${OWNERS}
  order by v.version desc`

const OF_TYPE = `select true as meant, ${columnsFor()}
  from record_versions v ${OWNERS}
  where v.tenant_id = ${TENANT_ID} and v.type = $2 and ($3::timestamptz is null or v.at >= $3)
    and ($6::bytea[] is null or o.owner_id in (${relatedOwners(tokensOf())}) or o.owner_id = '${TENANT_OWNER}' or o.patient_token = any($6))
  order by v.at desc, v.row_id limit $4 offset $5`

/** What was asked for, or what was fetched in its place, so that nothing takes less time: never to be opened or told of. */
export type Fetched = { readonly row: SealedRow | undefined; readonly decoy: SealedRow | undefined }

type Window = { readonly limit: number; readonly offset: number }

type Row = WrappedOwnerRow & {
  n: number
  who?: number
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
  keys_epoch: number
  newest_version?: number | null
  newest_label?: Buffer | null
}

function sealedRow(row: Row, carers: readonly Carer[]): SealedRow {
  const carer = carers[(row.who ?? 1) - 1] ?? NO_CARER
  return {
    row: row.row_id,
    type: row.type,
    version: row.version,
    act: row.act,
    at: row.at,
    label: row.label,
    body: row.body,
    owner: wrappedOwner(row),
    relations: { owner: row.owner_id, text: row.relations, carer },
    consents: row.consents && { owner: row.owner_id, sealed: row.consents, units: carer.units },
    keysEpoch: row.keys_epoch,
    ...(row.newest_version &&
      row.newest_version !== row.version &&
      row.newest_label && { newest: { version: row.newest_version, label: row.newest_label } }),
  }
}

const NOTHING: Fetched = { row: undefined, decoy: undefined }
function fetched(row: Row, carers: readonly Carer[]): Fetched {
  const sealed = sealedRow(row, carers)
  return row.meant ? { row: sealed, decoy: undefined } : { row: undefined, decoy: sealed }
}

export type OwnChart = ReturnType<typeof createOwnChart>

/** The SQL of the chart. `carer` is the token of the actor's own record, or empty bytes for who has none. */
export function createOwnChart({ queryAs }: Carers) {
  const current = createBatcher<{ idToken: Buffer; carer: Buffer; version: number | null }, Fetched>({
    lanes: LANES,
    most: MOST,
    async run(asked) {
      const { each, who } = numbered(asked.map((one) => one.carer))
      const { rows, carers } = await queryAs<Row>(
        each,
        CURRENT,
        [asked.map((one) => one.idToken), who, asked.map((one) => one.version)],
        'current-rows',
      )
      const found = new Map(rows.map((row) => [row.n, row]))
      return asked.map((_, n) => {
        const row = found.get(n + 1)
        return row === undefined ? NOTHING : fetched(row, carers)
      })
    },
  })

  const byRows = createBatcher<{ rows: readonly RowId[]; carer: Buffer }, Fetched[]>({
    lanes: LANES,
    most: MOST,
    async run(asked) {
      const { each, who } = numbered(asked.flatMap((one) => one.rows.map(() => one.carer)))
      const { rows, carers } = await queryAs<Row>(each, BY_ROW, [asked.flatMap((one) => one.rows), who], 'rows-by-id')
      const answers: Fetched[][] = []
      let end = 0
      let at = 0
      for (const one of asked) {
        end += one.rows.length
        const own: Fetched[] = []
        for (; at < rows.length && (rows[at] as Row).n <= end; at++) own.push(fetched(rows[at] as Row, carers))
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
      const values = [type, since ?? null, limit, offset, own ?? null]
      const { rows, carers } = await queryAs<Row>([carer], OF_TYPE, values, 'versions-of-type')
      return rows.map((row) => fetched(row, carers))
    },
    /** Versions of one record, newest first, or of a decoy. */
    async versions(idToken: Buffer, carer: Buffer, { limit, offset }: Window): Promise<Fetched[]> {
      const { rows, carers } = await queryAs<Row>([carer], VERSIONS, [idToken, limit, offset], 'versions')
      return rows.map((row) => fetched(row, carers))
    },
  }
}
