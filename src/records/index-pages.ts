import type { Sql } from '../database/sql.ts'
import { createBatcher } from '../kernel/batcher.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../kernel/ids.ts'
import type { Receipt } from '../kernel/receipt.ts'
import type { OwnerKeys } from '../vault/owner-keys.ts'
import { open, seal } from '../vault/seal.ts'
import type { IndexEntry } from './fhir/extract-values.ts'
import type { SecurityLabels } from './labelling/security-labels.ts'

/** What the index knows of one record. Lies in a page, sealed under the owner's index key. */
export type Indexed = {
  readonly row: RowId
  readonly id: string
  readonly lastUpdated: number
  readonly values: IndexEntry
  readonly patients?: readonly OwnerId[]
  /** As the label has them. */
  readonly categories?: readonly string[]
  readonly security?: SecurityLabels
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
/** Format, key version and the salt of the seal (24 bytes, new with every sealing). */
const SALT_BYTES = 29
const KEPT_FOR_MS = 5_000
const MOST_KEPT = 4_000

/** A page that is open. `text` is its JSON; the records are parsed when somebody asks. */
export type OpenPage = { readonly text: string; entries(): readonly Indexed[] }

export const EMPTY_PAGE: OpenPage = { text: '[]', entries: () => [] }

const openPage = (text: string, known?: readonly Indexed[]): OpenPage => {
  let parsed = known
  return { text, entries: () => (parsed ??= (JSON.parse(text) as Stored[]).map(unpacked)) }
}

/** With one more record at its end; what is there already is neither parsed nor written anew. */
export function appended(page: OpenPage, entry: Indexed): OpenPage {
  const text = JSON.stringify(packed(entry))
  return openPage(page.text === '[]' ? `[${text}]` : `${page.text.slice(0, -1)},${text}]`, [...page.entries(), entry])
}

export const pageOf = (entries: readonly Indexed[]): OpenPage => openPage(JSON.stringify(entries.map(packed)), entries)

type Stored = Omit<Indexed, 'values'> & { readonly values: Record<string, IndexEntry[string]> }

/** Parameters that have the very same values (`code` and `combo-code`) are stored once, under `code|combo-code`. */
function packed({ values, ...rest }: Indexed): Stored {
  const codes = new Map<string, string>()
  for (const code of Object.keys(values)) {
    const text = JSON.stringify(values[code])
    const before = codes.get(text)
    codes.set(text, before === undefined ? code : `${before}|${code}`)
  }
  return {
    ...rest,
    values: Object.fromEntries(
      [...codes].map(([, names]) => [names, values[names.split('|')[0] as string] as IndexEntry[string]]),
    ),
  }
}

function unpacked({ values, ...rest }: Stored): Indexed {
  const into: IndexEntry = {}
  for (const names of Object.keys(values))
    for (const code of names.split('|')) into[code] = values[names] as IndexEntry[string]
  return { ...rest, values: into }
}

/** Whether two records say the same to a search. */
export const sameValues = (a: IndexEntry, b: IndexEntry): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.keys(a).every((code) => JSON.stringify(a[code]) === JSON.stringify(b[code]))

type Row = { owner_id: OwnerId; type: string; page: number; version: number; sealed: Buffer }
const sealedPage = (row: Row): SealedPage => ({
  owner: row.owner_id,
  type: row.type,
  page: row.page,
  version: row.version,
  sealed: row.sealed,
})

const COLUMNS = 'owner_id, type, page, version, sealed'

type At = Omit<SealedPage, 'sealed'>
const placeOf = ({ owner, type, page, version }: At) =>
  ({ owner, type, row: `page ${page}`, version, column: 'page' }) as const

/** Opens what a page holds; throws when it is not what was sealed for this place. */
export const openSealedPage = (receipt: Receipt, keys: OwnerKeys, page: SealedPage): OpenPage =>
  openPage(open(receipt, keys, 'index', placeOf(page), page.sealed).toString())

/**
 * Pages of this process, kept open for seconds at most. What is kept is found again by the sealed bytes
 * themselves (their salt is new with every sealing), so a write that was rolled back is never mistaken.
 */
export function createIndexPages(sql: Sql) {
  const stampsOf = createStampsOf(sql)
  const pagesNamed = createPagesNamed(sql)
  const kept = new Map<string, { salt: Buffer; page: OpenPage; until: number }>()
  const keyOf = ({ owner, type, page }: At) => `${owner} ${type} ${page}`
  const saltOf = (sealed: Buffer) => sealed.subarray(0, SALT_BYTES)

  function keep(at: At, sealed: Buffer, page: OpenPage): void {
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string)
    kept.set(keyOf(at), { salt: Buffer.from(saltOf(sealed)), page, until: Date.now() + KEPT_FOR_MS })
  }

  function find(at: At, salt: Buffer): OpenPage | undefined {
    const found = kept.get(keyOf(at))
    return found !== undefined && found.until > Date.now() && found.salt.equals(salt) ? found.page : undefined
  }

  return {
    open(receipt: Receipt, keys: OwnerKeys, sealed: SealedPage): OpenPage {
      const known = find(sealed, saltOf(sealed.sealed))
      if (known !== undefined) return known
      const page = openSealedPage(receipt, keys, sealed)
      keep(sealed, sealed.sealed, page)
      return page
    },
    /** Every page of one type of these owners, in order; only those not open already are fetched whole. */
    async ofOwners(receipt: Receipt, keysOf: (owner: OwnerId) => OwnerKeys, owners: readonly OwnerId[], type: string) {
      const stamps = owners.length === 0 ? [] : await stampsOf({ owners, type })
      const known = stamps.map((stamp) => find(stamp, stamp.salt))
      const missing = stamps.filter((_, n) => known[n] === undefined)
      const fetched = missing.length === 0 ? [] : await pagesNamed(missing)
      const opened = new Map(fetched.map((sealed) => [keyOf(sealed), this.open(receipt, keysOf(sealed.owner), sealed)]))
      return stamps.flatMap((stamp, n) => {
        const page = known[n] ?? opened.get(keyOf(stamp))
        return page === undefined ? [] : [{ owner: stamp.owner, page }]
      })
    },
    seal(keys: OwnerKeys, at: At, page: OpenPage): Buffer {
      const sealed = seal(keys, 'index', placeOf(at), Buffer.from(page.text))
      keep(at, sealed, page)
      return sealed
    },
  }
}
export type IndexPages = ReturnType<typeof createIndexPages>

type Stamp = At & { readonly salt: Buffer }
type OfType = { readonly owners: readonly OwnerId[]; readonly type: string }

/** Which pages there are, and the beginning of their sealed bytes, by which one that is open is known again. */
function createStampsOf(sql: Sql): (asked: OfType) => Promise<Stamp[]> {
  const text = `select t.n, p.owner_id, p.type, p.page, p.version, substring(p.sealed for ${SALT_BYTES}) as sealed
    from unnest($1::int[], $2::uuid[], $3::text[]) t(n, o, ty)
    join index_pages p on p.tenant_id = ${TENANT_ID} and p.owner_id = t.o and p.type = t.ty order by t.n, p.owner_id, p.page`
  return createBatcher({
    lanes: 2,
    most: 64,
    async run(asked) {
      const each = asked.flatMap(({ owners, type }, n) => owners.map((owner) => ({ n, owner, type })))
      const values = [each.map((one) => one.n), each.map((one) => one.owner), each.map((one) => one.type)]
      const found = asked.map((): Stamp[] => [])
      for (const { n, owner_id: owner, type, page, version, sealed: salt } of await sql.query<Row & { n: number }>(
        text,
        values,
        'stamps-of-owners',
      ))
        found[n]?.push({ owner, type, page, version, salt })
      return found
    },
  })
}

/** These pages, whole; many callers share one statement. */
function createPagesNamed(sql: Sql): (named: readonly At[]) => Promise<SealedPage[]> {
  const text = `select t.n, p.owner_id, p.type, p.page, p.version, p.sealed
    from unnest($1::int[], $2::uuid[], $3::text[], $4::int[]) t(n, o, ty, page)
    join index_pages p on p.tenant_id = ${TENANT_ID} and p.owner_id = t.o and p.type = t.ty and p.page = t.page`
  return createBatcher({
    lanes: 2,
    most: 64,
    async run(asked) {
      const each = asked.flatMap((named, n) => named.map((at) => ({ ...at, n })))
      const values = [
        each.map((one) => one.n),
        each.map((one) => one.owner),
        each.map((one) => one.type),
        each.map((one) => one.page),
      ]
      const found = asked.map((): SealedPage[] => [])
      for (const row of await sql.query<Row & { n: number }>(text, values, 'pages-named'))
        found[row.n]?.push(sealedPage(row))
      return found
    },
  })
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
  return (await sql.query<Row>(text, values, 'pages-to-write')).map(sealedPage)
}
