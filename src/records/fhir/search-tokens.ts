/**
 * The values a keyed-token index across patients may hold, and the tokens that answer a query. The caller makes
 * tokens of them (HMAC), intersects, and verifies every candidate with matches() after opening it.
 */
import type { DateRange } from './date-range.ts'
import type { IndexEntry, StringValue, TokenValue } from './index-values.ts'
import type { Filter, SearchQuery } from './search-query.ts'
import type { DateSearch, TextSearch, TokenSearch } from './search-values.ts'

export type SearchToken = { param: string; value: string }

const PEOPLE = new Set(['Patient', 'Practitioner', 'Person', 'RelatedPerson'])
const NAMES = ['family', 'given', 'name']
const DAY = 86_400_000
const LETTERS = 3

/** The first three letters, or undefined when there are fewer. */
const firstLetters = (normal: string): string | undefined => {
  const letters = Array.from(normal.slice(0, LETTERS * 2))
  return letters.length < LETTERS ? undefined : letters.slice(0, LETTERS).join('')
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const isMonth = (from: number, to: number) => {
  const start = new Date(from)
  return (
    start.getUTCDate() === 1 && from % DAY === 0 && Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) === to
  )
}

const identifierTokens = ({ s, c }: TokenValue): string[] => {
  if (c === undefined) return []
  const value = c.toLowerCase()
  return s === undefined ? [`|${value}`] : [`${s}|${value}`, `|${value}`]
}

const birthTokens = ([from, to]: DateRange): SearchToken[] => {
  if (from === null || to === null) return []
  const day = dayOf(from)
  const month = { param: 'birthdate^month', value: day.slice(0, -3) }
  if (to - from === DAY) return [{ param: 'birthdate', value: day }, month]
  return isMonth(from, to) ? [month] : []
}

/**
 * `identifier` (as `system|value` and `|value`, lower case) for every type; for people also `family`, `given` and
 * `name` (normalised), their first three letters as `family^3` …, `birthdate` (day) and `birthdate^month`. Distinct.
 */
export function tokensOf(type: string, entry: IndexEntry): SearchToken[] {
  const tokens: SearchToken[] = []
  for (const each of entry.identifier ?? [])
    for (const value of identifierTokens(each as TokenValue)) tokens.push({ param: 'identifier', value })
  if (PEOPLE.has(type)) {
    for (const param of NAMES)
      for (const each of entry[param] ?? []) {
        const { v } = each as StringValue
        if (v === '') continue
        tokens.push({ param, value: v })
        const letters = firstLetters(v)
        if (letters !== undefined) tokens.push({ param: `${param}^3`, value: letters })
      }
    for (const each of entry.birthdate ?? []) tokens.push(...birthTokens(each as DateRange))
  }
  const seen = new Set<string>()
  return tokens.filter(({ param, value }) => {
    const key = `${param}\n${value}`
    return !seen.has(key) && seen.add(key)
  })
}

const identifierLookup = ({ system, code }: TokenSearch): SearchToken | undefined =>
  code === undefined ? undefined : { param: 'identifier', value: `${system ?? ''}|${code.toLowerCase()}` }

const nameLookup = (param: string, modifier: string | undefined, { normal }: TextSearch): SearchToken | undefined => {
  if (modifier === 'exact') return normal === '' ? undefined : { param, value: normal }
  const letters = firstLetters(normal)
  return letters === undefined ? undefined : { param: `${param}^3`, value: letters }
}

const birthLookup = ({ prefix, from, to }: DateSearch): SearchToken | undefined => {
  if (prefix !== 'eq') return undefined
  if (to - from === DAY) return { param: 'birthdate', value: dayOf(from) }
  return isMonth(from, to) ? { param: 'birthdate^month', value: dayOf(from).slice(0, -3) } : undefined
}

const lookup = (type: string, filter: Filter, value: Filter['values'][number]): SearchToken | undefined => {
  const { code, modifier } = filter
  if (code === 'identifier')
    return value.kind === 'token' && modifier === undefined ? identifierLookup(value) : undefined
  if (!PEOPLE.has(type)) return undefined
  if (NAMES.includes(code))
    return value.kind === 'text' && modifier !== 'contains' ? nameLookup(code, modifier, value) : undefined
  return code === 'birthdate' && value.kind === 'date' && modifier === undefined ? birthLookup(value) : undefined
}

/**
 * For each filter that tokens can serve, the tokens of which a match has at least one. A filter is left out when
 * one of its alternatives cannot be served (three letters too few, :contains, a year, an open range, `system|`).
 */
export function tokenLookups(query: SearchQuery): { any: SearchToken[] }[] {
  return query.filters.flatMap((filter) => {
    const any = filter.values.map((value) => lookup(query.type, filter, value))
    return any.length > 0 && any.every((each) => each !== undefined) ? [{ any }] : []
  })
}
