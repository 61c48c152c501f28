import { CATEGORISED_TYPES } from '../policy/categorised-types.ts'
import type { IndexEntry } from './fhir/extract-values.ts'
import type { TokenValue } from './fhir/index-values.ts'

/** The code system of a category that is a bare code: its binding is required, so R4 says which. */
const BOUND: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'http://hl7.org/fhir/allergy-intolerance-category',
  DeviceMetric: 'http://hl7.org/fhir/metric-category',
}

/** `system|code` of each category of a record, `|code` where no system is said; undefined for a type that has none. */
export function categoriesOf(type: string, values: IndexEntry): readonly string[] | undefined {
  if (!CATEGORISED_TYPES.has(type)) return undefined
  const codings = (values.category ?? []) as TokenValue[]
  return [...new Set(codings.flatMap(({ s, c }) => (c === undefined ? [] : [`${s ?? BOUND[type] ?? ''}|${c}`])))]
}
