import type { Sql } from '../database/sql.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../kernel/ids.ts'
import type { Receipt } from '../kernel/receipt.ts'
import type { OwnerKeys } from '../vault/owner-keys.ts'
import { open, seal } from '../vault/seal.ts'
import type { IndexEntry } from './fhir/extract-values.ts'

/** What the index knows of one record. Lies in a page, sealed under the owner's index key. */
export type Indexed = {
  readonly row: RowId
  readonly id: string
  readonly lastUpdated: number
  readonly values: IndexEntry
  readonly patients?: readonly OwnerId[]
}

/** A page as the database holds it: up to PAGE_ENTRIES records of one type of one owner. */
export type SealedPage = {
  readonly owner: OwnerId
  readonly type: string
  readonly page: number
  readonly version: number
  readonly sealed: Buffer
}

export const PAGE_ENTRIES = 32
const KEPT_FOR_MS = 5_000
const MOST_KEPT = 4_000

type Row = { owner_id: OwnerId; type: string; page: number; version: number; sealed: Buffer }
const pageOf = (row: Row): SealedPage => ({
  owner: row.owner_id,
  type: row.type,
  page: row.page,
  version: row.version,
  sealed: row.sealed,
})

const COLUMNS = 'owner_id, type, page, version, sealed'

export function createIndexPages() {
  const kept = new Map<string, { version: number; entries: readonly Indexed[]; until: number }>()
  const keyOf = ({ owner, type, page }: Omit<SealedPage, 'sealed' | 'version'>) => `${owner} ${type} ${page}`
  const placeOf = ({ owner, type, page, version }: Omit<SealedPage, 'sealed'>) =>
    ({ owner, type, row: `page ${page}`, version, column: 'page' }) as const

  function keep(at: Omit<SealedPage, 'sealed'>, entries: readonly Indexed[]): void {
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string)
    kept.set(keyOf(at), { version: at.version, entries, until: Date.now() + KEPT_FOR_MS })
  }

  return {
    /** Opens a page, or finds it parsed a moment ago in this very version. */
    open(receipt: Receipt, keys: OwnerKeys, page: SealedPage): readonly Indexed[] {
      const found = kept.get(keyOf(page))
      if (found !== undefined && found.version === page.version && found.until > Date.now()) return found.entries
      const entries = JSON.parse(open(receipt, keys, 'index', placeOf(page), page.sealed).toString()) as Indexed[]
      keep(page, entries)
      return entries
    },
    seal(keys: OwnerKeys, at: Omit<SealedPage, 'sealed'>, entries: readonly Indexed[]): Buffer {
      return seal(keys, 'index', placeOf(at), Buffer.from(JSON.stringify(entries)))
    },
    forget: () => kept.clear(),
  }
}
export type IndexPages = ReturnType<typeof createIndexPages>

/** Every page of one type of these owners, in order. */
export async function pagesOfOwners(sql: Sql, owners: readonly OwnerId[], type: string): Promise<SealedPage[]> {
  const text = `select ${COLUMNS} from index_pages where tenant_id = ${TENANT_ID} and owner_id = any($1) and type = $2 order by owner_id, page`
  return (await sql.query<Row>(text, [owners, type], 'pages-of-owners')).map(pageOf)
}

/** The last page of each (owner, type), and the pages that are named. For who holds the owners' locks. */
export async function pagesToWrite(
  sql: Sql,
  tails: readonly { owner: OwnerId; type: string }[],
  named: readonly { owner: OwnerId; type: string; page: number }[],
): Promise<SealedPage[]> {
  const text = `select ${COLUMNS} from unnest($1::uuid[], $2::text[]) t(o, ty)
      cross join lateral (select ${COLUMNS} from index_pages where tenant_id = ${TENANT_ID} and owner_id = t.o and type = t.ty order by page desc limit 1) p
    union
    select ${COLUMNS} from unnest($3::uuid[], $4::text[], $5::int[]) t(o, ty, n)
      join index_pages on tenant_id = ${TENANT_ID} and owner_id = t.o and type = t.ty and page = t.n`
  const values = [
    tails.map((one) => one.owner),
    tails.map((one) => one.type),
    named.map((one) => one.owner),
    named.map((one) => one.type),
    named.map((one) => one.page),
  ]
  return (await sql.query<Row>(text, values, 'pages-to-write')).map(pageOf)
}
