import { queryText } from '../../kernel/query-pairs.ts'
import type { SearchQuery } from '../fhir/search-query.ts'
import type { ReleasedRow } from './release-candidates.ts'

type Pairs = readonly (readonly [string, string])[]

const MANDATORY = new Set(['resourceType', 'id', 'meta'])
/** `_summary=text`: the narrative and what identifies the record (search.html#summary). */
const TEXT_ONLY = ['text']

/** A searchset Bundle around what is released, which is passed through unless elements were asked for. */
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
}): Buffer {
  const search = queryText(pairs)
  const self = cursor === undefined ? search : `_cursor=${cursor}`
  const link = [
    { relation: 'self', url: `${base}/${type}${self === '' ? '' : `?${self}`}` },
    ...(next === undefined ? [] : [{ relation: 'next', url: `${base}/${type}?_cursor=${next}` }]),
  ]
  const count = query.total === 'none' ? '' : `"total":${total},`
  const parts: Buffer[] = []
  let before = `{"resourceType":"Bundle","type":"searchset",${count}"link":${JSON.stringify(link)}`
  for (const { id, json } of rows) {
    before += `${parts.length === 0 ? ',"entry":[' : ','}{"fullUrl":${JSON.stringify(`${base}/${type}/${id}`)},"resource":`
    parts.push(Buffer.from(before), narrowed(query, json))
    before = ',"search":{"mode":"match"}}'
  }
  return Buffer.concat([...parts, Buffer.from(`${before}${parts.length === 0 ? '' : ']'}}`)])
}

function narrowed({ elements, summary }: SearchQuery, json: Buffer): Buffer {
  if (elements === undefined && summary !== 'data' && summary !== 'text') return json
  const asked = new Set(elements ?? TEXT_ONLY)
  const keep = (name: string): boolean =>
    MANDATORY.has(name) || (summary === 'data' ? name !== 'text' : asked.has(name.replace(/^_/, '')))
  const kept = Object.fromEntries(
    Object.entries(JSON.parse(json.toString()) as Record<string, unknown>).filter(([name]) => keep(name)),
  )
  const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
  const meta = kept.meta as { tag?: object[] } | undefined
  return Buffer.from(JSON.stringify({ ...kept, meta: { ...meta, tag: [...(meta?.tag ?? []), tag] } }))
}
