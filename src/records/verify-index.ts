import type { Sql } from '../database/sql.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../kernel/ids.ts'
import type { Receipt } from '../kernel/receipt.ts'
import type { OwnerKeys } from '../vault/owner-keys.ts'
import type { Blob } from './blobs/blob.ts'
import { openBlob } from './blobs/open-blob.ts'
import type { IndexEntry } from './fhir/extract-values.ts'
import { tokensOf } from './fhir/search-tokens.ts'
import { type Indexed, openSealedPage, sameValues } from './index-pages.ts'
import { type SecurityLabels, sameSecurity } from './labelling/security-labels.ts'
import type { Tokens } from './tokens.ts'

export type Report = (code: string, where: string, text: string) => void

/** A record as its newest version says; `values` and `relations` are there when it could be opened. */
export type Current = {
  readonly type: string
  readonly owner: OwnerId
  readonly values?: IndexEntry
  /** As its label has them. */
  readonly categories?: readonly string[] | undefined
  readonly security?: SecurityLabels | undefined
  /** What it says of relations and of who belongs where (`saidTies`). */
  readonly relations?: readonly string[]
}

/** What was found of the records, to hold against it what was derived from them. */
export type Looked = {
  readonly sql: Sql
  readonly owners: ReadonlyMap<OwnerId, OwnerKeys | 'shredded'>
  readonly current: ReadonlyMap<RowId, Current>
  readonly report: Report
}

const CHUNK = 500
const START = '00000000-0000-0000-0000-000000000000'

/** Every page opens, lists what is there and nothing else, and says of each record what the record says. */
export async function checkPages({ sql, owners, current, report }: Looked, receipt: Receipt): Promise<void> {
  const placed = new Map<RowId, string>()
  let after: { owner: string; type: string; page: number } = { owner: START, type: '', page: 0 }
  for (;;) {
    const rows = await sql.query<{ owner_id: OwnerId; type: string; page: number; version: number; sealed: Buffer }>(
      `select owner_id, type, page, version, sealed from index_pages
       where tenant_id = ${TENANT_ID} and (owner_id, type, page) > ($1, $2, $3) order by owner_id, type, page limit ${CHUNK}`,
      [after.owner, after.type, after.page],
    )
    for (const row of rows) {
      after = { owner: row.owner_id, type: row.type, page: row.page }
      const where = `index page ${row.page} of ${row.type} of owner ${row.owner_id}`
      const own = owners.get(row.owner_id)
      if (own === 'shredded') continue
      if (own === undefined) {
        report('key.missing', where, 'the keys of its owner are gone')
        continue
      }
      for (const entry of openPage(row, own, receipt, () =>
        report('index.does-not-open', where, 'it is not what was sealed here'),
      )) {
        const now = current.get(entry.row)
        if (now === undefined) report('index.stale', where, `it lists the record ${entry.row}, which is not there`)
        else if (
          now.values !== undefined &&
          (!sameValues(entry.values, now.values) ||
            entry.categories?.join() !== now.categories?.join() ||
            !sameSecurity(entry.security, now.security))
        )
          report('index.differs', where, `it does not say of record ${entry.row} what the record says`)
        if (placed.has(entry.row))
          report('index.twice', where, `it lists record ${entry.row}, as does ${placed.get(entry.row)}`)
        placed.set(entry.row, where)
      }
    }
    if (rows.length < CHUNK) break
  }
  for (const [row, { owner, type }] of current) {
    if (owners.get(owner) !== 'shredded' && !placed.has(row))
      report('index.missing', `record ${row} (${type})`, 'no index page lists it: searches do not find it')
  }
}

function openPage(
  row: { owner_id: OwnerId; type: string; page: number; version: number; sealed: Buffer },
  own: OwnerKeys,
  receipt: Receipt,
  failed: () => void,
): readonly Indexed[] {
  try {
    const { owner_id: owner, type, page, version, sealed } = row
    return openSealedPage(receipt, own, { owner, type, page, version, sealed }).entries()
  } catch {
    failed()
    return []
  }
}

/** Every record has the search tokens of its content, and there are no others. */
export async function checkTokens({ sql, owners, current, report }: Looked, tokens: Tokens): Promise<void> {
  const rows = await sql.query<{ row_id: RowId; param: string; token: Buffer }>(
    `select row_id, param, token from search_tokens where tenant_id = ${TENANT_ID}`,
  )
  const there = new Map<RowId, Set<string>>()
  for (const row of rows)
    there.set(row.row_id, (there.get(row.row_id) ?? new Set()).add(`${row.param} ${row.token.toString('hex')}`))
  for (const [row, { type, values, owner }] of current) {
    if (values === undefined || owners.get(owner) === 'shredded') continue
    const should = new Set(
      tokensOf(type, values).map(
        ({ param, value }) => `${type}.${param} ${tokens.value(`${type}.${param}`, value).toString('hex')}`,
      ),
    )
    const has = there.get(row) ?? new Set()
    if (should.size !== has.size || [...should].some((one) => !has.has(one)))
      report('index.tokens', `record ${row} (${type})`, 'its search tokens are not those of its content')
    there.delete(row)
  }
  for (const row of there.keys()) {
    if (current.get(row)?.values === undefined && current.has(row)) continue
    report('index.tokens', `record ${row}`, 'search tokens of a record that is not there')
  }
}

/** The bytes of every Binary are there, whole. */
export async function checkBlobs(
  sql: Sql,
  blobs: readonly { blob: Blob; where: string }[],
  receipt: Receipt,
  report: Report,
): Promise<void> {
  for (const { blob, where } of blobs) {
    try {
      let bytes = 0
      for await (const some of openBlob(sql, receipt, blob)) bytes += some.length
      if (bytes !== blob.bytes) report('blob.differs', where, `its bytes are ${bytes}, and ${blob.bytes} were stored`)
    } catch {
      report('blob.does-not-open', where, 'its bytes are gone, or not what was sealed')
    }
  }
}
