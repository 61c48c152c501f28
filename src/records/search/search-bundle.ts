import { queryText } from '../../kernel/query-pairs.ts'
import type { SearchQuery } from '../fhir/search-query.ts'
import type { Label } from '../label.ts'

type Pairs = readonly (readonly [string, string])[]

const MANDATORY = new Set(['resourceType', 'id', 'meta'])

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
  rows: readonly { readonly label: Pick<Label, 'id'>; readonly text: string }[]
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
    ({ label, text }) =>
      `{"fullUrl":${JSON.stringify(`${base}/${type}/${label.id}`)},"resource":${narrowed(query, text)},"search":{"mode":"match"}}`,
  )
  const count = query.total === 'none' ? '' : `"total":${total},`
  const entry = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
  return `{"resourceType":"Bundle","type":"searchset",${count}"link":${JSON.stringify(link)}${entry}}`
}

function narrowed(query: SearchQuery, text: string): string {
  if (query.elements === undefined) return text
  const asked = new Set(query.elements)
  const resource = JSON.parse(text) as Record<string, unknown>
  const kept = Object.fromEntries(
    Object.entries(resource).filter(([name]) => MANDATORY.has(name) || asked.has(name.replace(/^_/, ''))),
  )
  const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
  const meta = kept.meta as { tag?: object[] } | undefined
  return JSON.stringify({ ...kept, meta: { ...meta, tag: [...(meta?.tag ?? []), tag] } })
}
