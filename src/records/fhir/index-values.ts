/**
 * What a search index holds of a resource, and how each FHIR datatype becomes it
 * (http://hl7.org/fhir/R4/search.html, the tables of datatypes under each parameter type).
 * Compact and JSON-serialisable: within a patient the index is part of the sealed chart.
 */
import { type DateRange, dateRange } from './date-range.ts'
import type { SearchType } from './definitions.ts'
import { normaliseText } from './normalise-text.ts'

/** System, code or value, and text (display or text). */
export type TokenValue = { s?: string; c?: string; t?: string }
/** The normalised text, and the text itself when it differs. */
export type StringValue = { v: string; x?: string }
/** `Type/id`, an absolute URL, a urn or a canonical; and the identifier's system and value. */
export type ReferenceValue = { r?: string; s?: string; c?: string }
/** An exact value, or low and high (absent is open); system, code and unit. */
export type QuantityValue = { v?: number; l?: number; h?: number; s?: string; c?: string; u?: string }
/** A uri parameter's value is the text itself. */
export type IndexValue = TokenValue | StringValue | DateRange | ReferenceValue | QuantityValue | string
/** By search parameter code; parameters without a value are absent. `_id` and `_lastUpdated` are never in it. */
export type IndexEntry = Record<string, IndexValue[]>

type Json = Record<string, unknown>
export type Convert = (value: unknown, out: IndexValue[]) => void

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

const token = (system: unknown, code: unknown, words: unknown): TokenValue => {
  const value: TokenValue = {}
  if (typeof system === 'string') value.s = system
  if (typeof code === 'string') value.c = code
  if (typeof words === 'string') value.t = words
  return value
}

const pushCoding = (value: unknown, out: IndexValue[]) => {
  const coding = object(value)
  if (coding) out.push(token(coding.system, coding.code, coding.display))
}

const pushConcept: Convert = (value, out) => {
  const concept = object(value)
  if (!concept) return
  if (Array.isArray(concept.coding)) for (const each of concept.coding as unknown[]) pushCoding(each, out)
  if (typeof concept.text === 'string') out.push({ t: concept.text })
}

const pushIdentifier: Convert = (value, out) => {
  const identifier = object(value)
  if (identifier) out.push(token(identifier.system, identifier.value, object(identifier.type)?.text))
}

const pushContact: Convert = (value, out) => {
  const contact = object(value)
  if (contact) out.push(token(contact.system, contact.value, undefined))
}

const pushCode: Convert = (value, out) => {
  if (typeof value === 'string') out.push({ c: value })
}

const pushString: Convert = (value, out) => {
  const exact = text(value)
  if (exact === undefined) return
  const v = normaliseText(exact)
  out.push(v === exact ? { v } : { v, x: exact })
}

const pushParts =
  (...parts: string[]): Convert =>
  (value, out) => {
    const whole = object(value)
    if (!whole) return
    for (const part of parts) {
      const item = whole[part]
      if (Array.isArray(item)) for (const each of item as unknown[]) pushString(each, out)
      else pushString(item, out)
    }
  }

const pushDate: Convert = (value, out) => {
  const range = typeof value === 'string' ? dateRange(value) : undefined
  if (range) out.push(range)
}

const periodOf = (value: unknown): DateRange | undefined => {
  const period = object(value)
  const from = typeof period?.start === 'string' ? dateRange(period.start)?.[0] : undefined
  const to = typeof period?.end === 'string' ? dateRange(period.end)?.[1] : undefined
  return from === undefined && to === undefined ? undefined : [from ?? null, to ?? null]
}

const pushPeriod: Convert = (value, out) => {
  const range = periodOf(value)
  if (range) out.push(range)
}

/** The span from the first to the last event, and the bounds of the repetition. */
const pushTiming: Convert = (value, out) => {
  const timing = object(value)
  const events = Array.isArray(timing?.event) ? (timing.event as unknown[]) : []
  const ranges = events.flatMap((each) => (typeof each === 'string' ? [dateRange(each)] : [])).filter((each) => !!each)
  if (ranges.length > 0) out.push([Math.min(...ranges.map(([from]) => from)), Math.max(...ranges.map(([, to]) => to))])
  pushPeriod(object(timing?.repeat)?.boundsPeriod, out)
}

const VERSION = /\/_history\/[^/]*$/
const pushReference: Convert = (value, out) => {
  const reference = object(value)
  if (!reference) return
  const result: ReferenceValue = {}
  const literal = text(reference.reference)
  if (literal !== undefined && !literal.startsWith('#')) result.r = literal.replace(VERSION, '')
  const identifier = object(reference.identifier)
  if (typeof identifier?.system === 'string') result.s = identifier.system
  if (typeof identifier?.value === 'string') result.c = identifier.value
  if (result.r !== undefined || result.c !== undefined) out.push(result)
}

const pushCanonical: Convert = (value, out) => {
  const url = text(value)
  if (url !== undefined) out.push({ r: url })
}

const pushResource: Convert = (value, out) => {
  const resource = object(value)
  const id = text(resource?.id)
  if (id !== undefined && typeof resource?.resourceType === 'string') out.push({ r: `${resource.resourceType}/${id}` })
}

const pushNumber: Convert = (value, out) => {
  if (typeof value === 'number') out.push({ v: value })
}

const withUnit = (value: QuantityValue, unit: Json | undefined): QuantityValue => {
  if (typeof unit?.system === 'string') value.s = unit.system
  if (typeof unit?.code === 'string') value.c = unit.code
  if (typeof unit?.unit === 'string') value.u = unit.unit
  return value
}

const pushQuantity: Convert = (value, out) => {
  const quantity = object(value)
  const v = quantity?.value
  if (typeof v !== 'number') return
  const comparator = text(quantity?.comparator)
  const bounds = comparator === undefined ? { v } : comparator.startsWith('<') ? { h: v } : { l: v }
  out.push(withUnit(bounds, quantity))
}

const pushMoney: Convert = (value, out) => {
  const money = object(value)
  if (typeof money?.value !== 'number') return
  const currency = text(money.currency)
  out.push({ v: money.value, ...(currency === undefined ? {} : { s: 'urn:iso:std:iso:4217', c: currency }) })
}

const pushRange: Convert = (value, out) => {
  const range = object(value)
  const low = object(range?.low)
  const high = object(range?.high)
  const result: QuantityValue = {}
  if (typeof low?.value === 'number') result.l = low.value
  if (typeof high?.value === 'number') result.h = high.value
  if (result.l !== undefined || result.h !== undefined) out.push(withUnit(result, low ?? high))
}

const pushUri: Convert = (value, out) => {
  const uri = text(value)
  if (uri !== undefined) out.push(uri)
}

const CONVERSIONS: Readonly<Record<string, Readonly<Record<string, Convert>>>> = {
  token: {
    code: pushCode,
    string: pushCode,
    id: pushCode,
    uri: pushCode,
    boolean: (value, out) => void (typeof value === 'boolean' && out.push({ c: String(value) })),
    Coding: pushCoding,
    CodeableConcept: pushConcept,
    Identifier: pushIdentifier,
    ContactPoint: pushContact,
  },
  string: {
    string: pushString,
    markdown: pushString,
    HumanName: pushParts('family', 'given', 'prefix', 'suffix', 'text'),
    Address: pushParts('line', 'city', 'district', 'state', 'postalCode', 'country', 'text'),
    CodeableConcept: pushParts('text'),
  },
  date: { date: pushDate, dateTime: pushDate, instant: pushDate, Period: pushPeriod, Timing: pushTiming },
  reference: { Reference: pushReference, canonical: pushCanonical, uri: pushCanonical, Resource: pushResource },
  number: { integer: pushNumber, decimal: pushNumber, positiveInt: pushNumber, Range: pushRange },
  quantity: { Quantity: pushQuantity, Age: pushQuantity, Duration: pushQuantity, Money: pushMoney, Range: pushRange },
  uri: { uri: pushUri, url: pushUri, canonical: pushUri },
}

/** How a datatype becomes index values of a parameter type; undefined for the pairs FHIR gives no meaning. */
export function conversion(search: SearchType, type: string): Convert | undefined {
  return CONVERSIONS[search]?.[type]
}
