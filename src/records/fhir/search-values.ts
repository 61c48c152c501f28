/**
 * The right-hand side of a search parameter, parsed (http://hl7.org/fhir/R4/search.html#escaping, #prefix).
 */
import { Refusal } from '../../kernel/refusal.ts'
import { dateRange } from './date-range.ts'
import { isResourceType, type SearchParameter } from './definitions.ts'
import { normaliseText } from './normalise-text.ts'

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** `system` '' means: no system; absent: any. `code` absent: any code of the system. */
export type TokenSearch = { kind: 'token'; system?: string; code?: string }
export type TextSearch = { kind: 'text'; normal: string; exact: string }
/** From inclusive, to exclusive, in ms. */
export type DateSearch = { kind: 'date'; prefix: Prefix; from: number; to: number }
/** `low` and `high` bound the implied precision; `unit` alone means system '' . */
export type NumberSearch = {
  kind: 'number'
  prefix: Prefix
  value: number
  low: number
  high: number
  system?: string
  unit?: string
}
/** `literal` is `Type/id`, a URL or a urn; `id` alone is a local id of any type. */
export type ReferenceSearch = { kind: 'reference'; literal?: string; id?: string }
export type UriSearch = { kind: 'uri'; uri: string }
export type SearchValue = TokenSearch | TextSearch | DateSearch | NumberSearch | ReferenceSearch | UriSearch

const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s
const NUMBER = /^[+-]?\d+(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/
const ID = /^[A-Za-z0-9\-.]{1,64}$/
const LOCAL = /^([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/
const VERSION = /\/_history\/[^/]*$/

export const invalidValue = (name: string, why: string): Refusal =>
  new Refusal('search.invalid-value', `The value of search parameter ${name} ${why}`)

/** Splits at every separator that no backslash precedes; the parts stay escaped. */
export function splitEscaped(text: string, separator: ',' | '|'): string[] {
  if (!text.includes('\\')) return text.split(separator)
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === separator) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}

const unescapeValue = (text: string): string => text.replace(/\\([\\,|$])/g, '$1')

const parseToken = (name: string, raw: string): TokenSearch => {
  const parts = splitEscaped(raw, '|').map(unescapeValue)
  const [first = '', second] = parts
  if (parts.length > 2) throw invalidValue(name, 'has more than one |')
  if (second === undefined) return { kind: 'token', code: first }
  if (first === '' && second === '') throw invalidValue(name, 'has neither a system nor a code')
  return { kind: 'token', system: first, ...(second === '' ? {} : { code: second }) }
}

const parseText = (name: string, raw: string): TextSearch => {
  const exact = unescapeValue(raw)
  const normal = normaliseText(exact)
  if (normal === '') throw invalidValue(name, 'is empty')
  return { kind: 'text', normal, exact }
}

const parseDate = (name: string, raw: string, now: number): DateSearch => {
  const [, prefix, rest = ''] = PREFIXED.exec(raw) ?? []
  const range = dateRange(rest.replace(' ', '+'))
  if (!range) throw invalidValue(name, 'is not a date')
  const [from, to] = range
  if (prefix !== 'ap') return { kind: 'date', prefix: (prefix ?? 'eq') as Prefix, from, to }
  const margin = Math.abs(now - (from + to) / 2) / 10
  return { kind: 'date', prefix: 'ap', from: from - margin, to: to + margin }
}

const parseNumber = (name: string, raw: string, isQuantity: boolean): NumberSearch => {
  const parts = splitEscaped(raw, '|').map(unescapeValue)
  if (parts.length > 3 || (!isQuantity && parts.length > 1)) throw invalidValue(name, 'has too many |')
  const [, prefix, digits = ''] = PREFIXED.exec(parts[0] ?? '') ?? []
  const match = NUMBER.exec(digits)
  const value = Number(digits)
  if (!match || !Number.isFinite(value)) throw invalidValue(name, 'is not a number')
  const half = 0.5 * 10 ** (Number(match[2] ?? 0) - (match[1]?.length ?? 0))
  const margin = prefix === 'ap' ? Math.max(half, Math.abs(value) / 10) : half
  const [, system = '', unit = ''] = parts
  return {
    kind: 'number',
    prefix: (prefix ?? 'eq') as Prefix,
    value,
    low: value - margin,
    high: value + margin,
    ...(system === '' ? {} : { system }),
    ...(unit === '' ? {} : { unit }),
  }
}

/** The one type a bare id can mean: the modifier's, the only target, or Patient for a parameter named patient. */
const bareType = (parameter: SearchParameter, modifier: string | undefined): string | undefined =>
  modifier ??
  (parameter.code === 'patient' ? 'Patient' : parameter.target?.length === 1 ? parameter.target[0] : undefined)

const parseReference = (parameter: SearchParameter, modifier: string | undefined, raw: string): ReferenceSearch => {
  const text = unescapeValue(raw)
  const local = LOCAL.exec(text)
  if (local) {
    const [, type = '', id = ''] = local
    if (!isResourceType(type)) throw invalidValue(parameter.code, 'names no resource type')
    if (modifier !== undefined && modifier !== type) throw invalidValue(parameter.code, 'is not of the type asked for')
    return { kind: 'reference', literal: `${type}/${id}` }
  }
  if (ID.test(text)) {
    const type = bareType(parameter, modifier)
    return type === undefined ? { kind: 'reference', id: text } : { kind: 'reference', literal: `${type}/${text}` }
  }
  if (!ABSOLUTE.test(text)) throw invalidValue(parameter.code, 'is not a reference')
  return { kind: 'reference', literal: text.replace(VERSION, '') }
}

/** One of the values between commas. Throws a Refusal `search.invalid-value` that does not repeat the value. */
export function parseValue(
  parameter: SearchParameter,
  modifier: string | undefined,
  raw: string,
  now: number,
): SearchValue {
  const name = parameter.code
  if (raw === '') throw invalidValue(name, 'is empty')
  switch (parameter.type) {
    case 'token':
      return modifier === 'text' ? parseText(name, raw) : parseToken(name, raw)
    case 'string':
      return parseText(name, raw)
    case 'date':
      return parseDate(name, raw, now)
    case 'number':
    case 'quantity':
      return parseNumber(name, raw, parameter.type === 'quantity')
    case 'reference':
      return modifier === 'identifier' ? parseToken(name, raw) : parseReference(parameter, modifier, raw)
    case 'uri':
      return { kind: 'uri', uri: unescapeValue(raw) }
    case 'composite':
    case 'special':
      throw new Refusal('search.unknown-parameter', `Search parameter ${name} is not supported`)
  }
}
