import type { DateRange } from './date-range.ts'
import { type SearchType, searchParameters } from './definitions.ts'
import type { IndexEntry, IndexValue, QuantityValue, ReferenceValue, StringValue, TokenValue } from './index-values.ts'
import type { Self } from './search-filter.ts'
import type { SearchQuery } from './search-query.ts'

export type Sortable = { readonly entry: IndexEntry; readonly self: Self }
type Key = string | number

const keyOf = (type: SearchType, value: IndexValue, desc: boolean): Key | undefined => {
  switch (type) {
    case 'date':
      return desc
        ? ((value as DateRange)[1] ?? Number.POSITIVE_INFINITY)
        : ((value as DateRange)[0] ?? Number.NEGATIVE_INFINITY)
    case 'string':
      return (value as StringValue).v
    case 'token':
      return (value as TokenValue).c ?? (value as TokenValue).t
    case 'reference':
      return (value as ReferenceValue).r ?? (value as ReferenceValue).c
    case 'number':
    case 'quantity': {
      const { v, l, h } = value as QuantityValue
      return v ?? (desc ? (h ?? l) : (l ?? h))
    }
    case 'uri':
      return value as string
    case 'composite':
    case 'special':
      return undefined
  }
}

/** The least value when ascending, the greatest when descending. */
const sortKey = (query: SearchQuery, code: string, desc: boolean, { entry, self }: Sortable): Key | undefined => {
  if (code === '_id') return self.id
  if (code === '_lastUpdated') return self.lastUpdated
  const type = searchParameters(query.type).get(code)?.type
  const values = Object.hasOwn(entry, code) ? entry[code] : undefined
  if (!type || !values) return undefined
  let best: Key | undefined
  for (const value of values) {
    const key = keyOf(type, value, desc)
    if (key !== undefined && (best === undefined || (desc ? key > best : key < best))) best = key
  }
  return best
}

/** Orders two matches by the query's `_sort`, then by id; missing values come last in either direction. */
export function compareBy(query: SearchQuery, a: Sortable, b: Sortable): number {
  for (const { code, desc } of query.sort) {
    const left = sortKey(query, code, desc, a)
    const right = sortKey(query, code, desc, b)
    if (left === right) continue
    if (left === undefined) return 1
    if (right === undefined) return -1
    return left < right === desc ? 1 : -1
  }
  return a.self.id < b.self.id ? -1 : a.self.id > b.self.id ? 1 : 0
}
