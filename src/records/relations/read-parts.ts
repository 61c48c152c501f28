import type { Period } from './relation-windows.ts'

export type Reference = { readonly reference?: string } | undefined
type Coding = { readonly system?: string; readonly code?: string }
export type Concept = { readonly coding?: readonly Coding[] } | undefined
/** Any element of a record that names somebody. */
export type Part = {
  readonly reference?: string
  readonly coding?: readonly Coding[]
  readonly member?: Reference
  readonly individual?: Reference
  readonly actor?: Reference
  readonly entity?: Reference
  readonly location?: Reference
  readonly period?: Period
  readonly status?: string
  readonly inactive?: boolean
}

export const all = (value: unknown): readonly Part[] => (Array.isArray(value) ? (value as Part[]) : [])

/** `system|code` of the codings of one or many CodeableConcepts. */
export const codesOf = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as Concept[]) : [value as Concept]).flatMap((one) =>
    (one?.coding ?? []).flatMap(({ system, code }) => (code === undefined ? [] : [`${system ?? ''}|${code}`])),
  )

/** On a roster: a PractitionerRole or Schedule with this code says who is on call. */
export const ON_CALL = 'urn:chartwarden:roster|on-call'

/** What stands for everybody who is on call for a unit (`Location/x`) or a specialty (`specialty/system|code`). */
export const onCallFor = (unit: string): string => `on-call ${unit}`
export const specialty = (code: string): string => `specialty/${code}`
