import type { DateRange } from '../fhir/date-range.ts'
import type { IndexEntry } from '../fhir/extract-values.ts'
import type { ReferenceValue, TokenValue } from '../fhir/index-values.ts'

/** What a consent may speak of in a record, apart from its type and label. Lies in the sealed label; absent is nothing. */
export type About = {
  /** `system|code`. */
  readonly codes?: readonly string[]
  readonly related?: readonly string[]
  readonly authors?: readonly string[]
  /** From and to in milliseconds since 1970 UTC; null is open. */
  readonly date?: DateRange
}

const CODES = ['code', 'vaccine-code', 'type', 'class', 'category']
const DATES = [
  'date',
  'authored-on',
  'authoredon',
  'onset-date',
  'recorded-date',
  'effective-time',
  'whenhandedover',
  'period',
  'issued',
  'created',
  'occurrence',
]
const AUTHORS = [
  'author',
  'performer',
  'recorder',
  'asserter',
  'requester',
  'sender',
  'source',
  'participant',
  'practitioner',
]

const MOST = 24

/** What is in a record's search values that a consent can speak of. The same of a label and of an index entry. */
export function aboutRecord(values: IndexEntry): About {
  const codes = unique(
    CODES.flatMap((name) =>
      ((values[name] ?? []) as TokenValue[]).flatMap(({ s, c }) => (c === undefined ? [] : [`${s ?? ''}|${c}`])),
    ),
  )
  const references = (names: readonly string[]) =>
    unique(
      names
        .flatMap((name) => (values[name] ?? []) as ReferenceValue[])
        .flatMap(({ r }) => (r === undefined ? [] : [r])),
    )
  const named = Object.keys(values).filter((name) => isReference(values[name]?.[0]))
  const authors = references(AUTHORS.filter((name) => named.includes(name)))
  const related = references(named)
  const date = DATES.map((name) => values[name]?.[0] as DateRange | undefined).find(Array.isArray)
  return {
    ...(codes.length > 0 && { codes }),
    ...(related.length > 0 && { related }),
    ...(authors.length > 0 && { authors }),
    ...(date !== undefined && { date }),
  }
}

const isReference = (value: unknown): boolean => typeof value === 'object' && value !== null && 'r' in value
const unique = (all: readonly string[]): string[] => [...new Set(all)].slice(0, MOST)
