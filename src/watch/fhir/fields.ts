import { timeOf } from '../replay/read-csv.ts'

/** A part of a resource somebody else wrote: nothing about it is certain. */
export type Part = { readonly [name: string]: unknown }

const NOTHING: Part = {}

export const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const partOf = (value: unknown): Part => (isPart(value) ? value : NOTHING)
export const partsOf = (value: unknown): readonly Part[] => (Array.isArray(value) ? value.filter(isPart) : [])
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The codings of a CodeableConcept. */
export const codingsOf = (concept: unknown): readonly Part[] => partsOf(partOf(concept).coding)
export const codeOf = (concept: unknown): string => textOf(codingsOf(concept)[0]?.code)

/** A concept in words: its text, else the display of a coding, else a code. */
export function wordsOf(concept: unknown): string {
  const text = textOf(partOf(concept).text)
  if (text !== '') return text
  const codings = codingsOf(concept)
  return codings.map((one) => textOf(one.display)).find((one) => one !== '') ?? textOf(codings[0]?.code)
}

const REFERENCE = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/

/** `Type/id` of a reference, without server and version; what has another form stays as it is. */
export function referenceOf(value: unknown): string {
  const text = textOf(partOf(value).reference)
  return REFERENCE.exec(text)?.[1] ?? text
}

export const typeOf = (reference: string): string => reference.slice(0, Math.max(0, reference.indexOf('/')))

const MINUTE = 60_000
/** A date that names only a year or a month, filled up to its first or last day. */
function whole(text: string, last: boolean): string {
  const [, year, month] = /^(\d{4})(?:-(\d\d))?$/.exec(text) ?? []
  if (year === undefined) return text
  if (!last) return `${year}-${month ?? '01'}-01`
  return new Date(Date.UTC(Number(year), month === undefined ? 12 : Number(month), 0)).toISOString().slice(0, 10)
}

/** The minute since 1970 at which a date or time of FHIR begins, or undefined. */
export function beginOf(value: unknown): number | undefined {
  const at = timeOf(whole(textOf(value), false))
  return Number.isNaN(at) ? undefined : Math.floor(at / MINUTE)
}

/** The minute at which it ends: a day lasts until its midnight. */
export function endOf(value: unknown): number | undefined {
  const text = whole(textOf(value), true)
  const at = timeOf(text)
  if (Number.isNaN(at)) return undefined
  return Math.floor(at / MINUTE) + (text.length === 10 ? 1439 : 0)
}
