import { queryText } from '../../kernel/query-pairs.ts'
import type { SearchQuery } from '../fhir/search-query.ts'
import type { ReleasedRow } from './release-candidates.ts'

type Pairs = readonly (readonly [string, string])[]

const MANDATORY = new Set(['resourceType', 'id', 'meta'])
/** `_summary=text`: the narrative and what identifies the record (search.html#summary). */
const TEXT_ONLY = ['text']

/** A searchset Bundle around the released texts, which are passed through unless elements were asked for. */
export function searchBundle({
  base,
  type,
  pairs,
  cursor,
  query,
  rows,
  total,
  next,
}: {
  base: string
  type: string
  pairs: Pairs
  cursor: string | undefined
  query: SearchQuery
  rows: readonly ReleasedRow[]
  total: number
  next: string | undefined
}): string {
  const search = queryText(pairs)
  const self = cursor === undefined ? search : `_cursor=${cursor}`
  const link = [
    { relation: 'self', url: `${base}/${type}${self === '' ? '' : `?${self}`}` },
    ...(next === undefined ? [] : [{ relation: 'next', url: `${base}/${type}?_cursor=${next}` }]),
  ]
  const entries = rows.map(
    ({ id, text }) =>
      `{"fullUrl":${JSON.stringify(`${base}/${type}/${id}`)},"resource":${narrowed(query, text)},"search":{"mode":"match"}}`,
  )
  const count = query.total === 'none' ? '' : `"total":${total},`
  const entry = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
  return `{"resourceType":"Bundle","type":"searchset",${count}"link":${JSON.stringify(link)}${entry}}`
}

function narrowed({ elements, summary }: SearchQuery, text: string): string {
  if (elements === undefined && summary !== 'data' && summary !== 'text') return text
  const asked = new Set(elements ?? TEXT_ONLY)
  const keep = (name: string): boolean =>
    MANDATORY.has(name) || (summary === 'data' ? name !== 'text' : asked.has(name.replace(/^_/, '')))
  const kept = Object.fromEntries(
    Object.entries(JSON.parse(text) as Record<string, unknown>).filter(([name]) => keep(name)),
  )
  const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
  const meta = kept.meta as { tag?: object[] } | undefined
  return JSON.stringify({ ...kept, meta: { ...meta, tag: [...(meta?.tag ?? []), tag] } })
}
