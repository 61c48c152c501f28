import type { Resource } from '../fhir/parse-resource.ts'

const DATES = [
  'effectiveDateTime',
  'effectiveInstant',
  'performedDateTime',
  'occurrenceDateTime',
  'onsetDateTime',
  'recordedDate',
  'authoredOn',
  'start',
  'date',
  'created',
  'issued',
]
const PERIODS = ['effectivePeriod', 'performedPeriod', 'occurrencePeriod', 'period', 'onsetPeriod']

/** When the care was given that a record speaks of, as a FHIR date; undefined when it does not say. */
export function careDate(resource: Resource): string | undefined {
  for (const key of DATES) {
    const value = resource[key]
    if (typeof value === 'string') return value
  }
  for (const key of PERIODS) {
    const start = (resource[key] as { start?: unknown } | undefined)?.start
    if (typeof start === 'string') return start
  }
  return undefined
}

const filled = (date: string, rest: string): string => `${date.slice(0, 10)}${rest.slice(date.slice(0, 10).length)}`
const years = (birth: string, at: string): number =>
  Number(at.slice(0, 4)) - Number(birth.slice(0, 4)) - (at.slice(5) < birth.slice(5) ? 1 : 0)

/** Whether somebody born then may have been of that age; dates may be a year or a month only. */
export function mayBeAged(birthDate: string, at: string, agedFrom: number, youngerThan: number): boolean {
  const youngest = years(filled(birthDate, '0000-12-31'), filled(at, '0000-01-01'))
  const oldest = years(filled(birthDate, '0000-01-01'), filled(at, '0000-12-31'))
  return youngest < youngerThan && oldest >= agedFrom
}
