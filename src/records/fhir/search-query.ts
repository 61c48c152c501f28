import { Refusal } from '../../kernel/refusal.ts'
import { isResourceType, patientParameters, searchParameters } from './definitions.ts'
import type { IndexEntry } from './index-values.ts'
import { type Filter, parseFilter, type Self, unknownParameter } from './search-filter.ts'
import { invalidValue } from './search-values.ts'

export type { Filter } from './search-filter.ts'

export type SearchQuery = {
  readonly type: string
  /** All must hold. */
  readonly filters: readonly Filter[]
  readonly sort: readonly { code: string; desc: boolean }[]
  /** Page length, 0 to 1000; 50 when the query does not say. */
  readonly count: number
  readonly summary?: 'true' | 'false' | 'text' | 'data' | 'count'
  readonly elements?: readonly string[]
  readonly total?: 'none' | 'accurate' | 'estimate'
  /** `Patient/<id>`: every match is in the compartment of one of these. Absent when the query pins no patient. */
  readonly patient?: readonly string[]
}

const DEFAULT_COUNT = 50
const MOST_COUNT = 1000
const MOST_PARAMETERS = 100
const MOST_SORTS = 5
const LATER = new Set([
  '_include',
  '_revinclude',
  '_has',
  '_filter',
  '_contained',
  '_containedType',
  '_text',
  '_content',
  '_list',
  '_query',
  '_score',
])
const SUMMARIES = ['true', 'false', 'text', 'data', 'count'] as const
const TOTALS = ['none', 'accurate', 'estimate'] as const
const FORMAT = /^(?:json|text\/json|application\/(?:fhir\+)?json)\s*(?:;.*)?$/i

const oneOf = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((each) => each === value)
  if (found === undefined) throw invalidValue(name, `is none of ${allowed.join(', ')}`)
  return found
}

const parseSort = (type: string, value: string) => {
  const items = value.split(',').map((item) => {
    const desc = item.startsWith('-')
    const code = desc ? item.slice(1) : item
    const parameter = searchParameters(type).get(code)
    if (!parameter || parameter.type === 'composite' || parameter.type === 'special')
      throw invalidValue('_sort', 'names no search parameter of this type')
    return { code, desc }
  })
  if (items.length > MOST_SORTS) throw new Refusal('search.too-costly', `_sort has more than ${MOST_SORTS} parts`)
  return items
}

const parseCount = (value: string) => {
  if (!/^\d{1,15}$/.test(value)) throw invalidValue('_count', 'is not a whole number from 0')
  return Math.min(Number(value), MOST_COUNT)
}

const parseElements = (value: string) => {
  const elements = value.split(',')
  if (!elements.every((each) => /^[A-Za-z][\w.]{0,127}$/.test(each)))
    throw invalidValue('_elements', 'is no element list')
  return elements
}

type Result = { -readonly [K in 'sort' | 'count' | 'summary' | 'elements' | 'total']?: SearchQuery[K] | undefined }

/** True when the parameter says how to answer rather than what to find. */
const readResultParameter = (type: string, name: string, value: string, result: Result): boolean => {
  switch (name) {
    case '_sort':
      result.sort = parseSort(type, value)
      return true
    case '_count':
      result.count = parseCount(value)
      return true
    case '_total':
      result.total = oneOf(name, value, TOTALS)
      return true
    case '_summary':
      result.summary = oneOf(name, value, SUMMARIES)
      return true
    case '_elements':
      result.elements = parseElements(value)
      return true
    case '_format':
      if (!FORMAT.test(value)) throw invalidValue(name, 'is not json')
      return true
    case '_pretty':
      return true
    default:
      return false
  }
}

/** The patients a filter pins, or undefined: only literal ids in a parameter that makes the compartment do. */
const pinnedBy = (type: string, filter: Filter): string[] | undefined => {
  if (type === 'Patient' && filter.code === '_id' && filter.modifier === undefined) {
    const ids = filter.values.map((value) =>
      value.kind === 'token' && value.system === undefined ? value.code : undefined,
    )
    return ids.every((id) => id !== undefined) ? ids.map((id) => `Patient/${id}`) : undefined
  }
  const compartment = patientParameters(type)
  const isCompartment = compartment.includes(filter.code) || (filter.code === 'patient' && compartment.length > 0)
  const isPlain = filter.modifier === undefined || filter.modifier === 'Patient'
  if (type === 'Patient' || filter.type !== 'reference' || !isCompartment || !isPlain) return undefined
  const literals = filter.values.map((value) => (value.kind === 'reference' ? value.literal : undefined))
  return literals.every((each) => each?.startsWith('Patient/')) ? literals.map((each) => each ?? '') : undefined
}

/**
 * A type-level search from its decoded parameters, in order. Repeated parameters must all hold; values between
 * commas are alternatives. Refuses with `search.unknown-parameter`, `search.invalid-value` or `search.too-costly`.
 * `now` (ms) is what `ap` measures dates from.
 */
export function parseSearch(
  type: string,
  pairs: readonly (readonly [string, string])[],
  now: number = Date.now(),
): SearchQuery {
  if (!isResourceType(type)) throw new Refusal('request.invalid', 'The resource type is not one of FHIR R4')
  if (pairs.length > MOST_PARAMETERS) throw new Refusal('search.too-costly', `More than ${MOST_PARAMETERS} parameters`)
  const filters: Filter[] = []
  const result: Result = {}
  const seen = new Set<string>()
  for (const [name, value] of pairs) {
    if (readResultParameter(type, name, value, result)) {
      if (seen.has(name)) throw invalidValue(name, 'is given twice')
      seen.add(name)
      continue
    }
    const [code = '', modifier, more] = name.split(':', 3)
    if (LATER.has(code) || name.includes('.')) throw unknownParameter(code, 'is not supported yet')
    const parameter = searchParameters(type).get(code)
    if (!parameter || more !== undefined) throw unknownParameter(name)
    filters.push(parseFilter(type, parameter, modifier, value, now))
  }
  const pins = filters.map((filter) => pinnedBy(type, filter)).filter((pin) => pin !== undefined)
  const patient = pins.sort((a, b) => a.length - b.length)[0]
  const { sort = [], count = DEFAULT_COUNT, summary, elements, total } = result
  return {
    type,
    filters,
    sort,
    count,
    ...(summary && { summary }),
    ...(elements && { elements }),
    ...(total && { total }),
    ...(patient && { patient: [...new Set(patient)] }),
  }
}

/**
 * Whether a resource, by its index entry, is an answer. `lastUpdated` in ms. The last filter first: the first one
 * mostly names the patient, whose pages these are.
 */
export function matches({ filters }: SearchQuery, entry: IndexEntry, self: Self): boolean {
  for (let n = filters.length - 1; n >= 0; n--) if (filters[n]?.test(entry, self) !== true) return false
  return true
}
