/** Names one record as FHIR does, `Type/id`, and one of its versions as `Type/id/_history/n`. */
export type RecordRef = { readonly type: string; readonly id: string; readonly version?: number }

export const refText = ({ type, id, version }: RecordRef): string =>
  version === undefined ? `${type}/${id}` : `${type}/${id}/_history/${version}`

/** FHIR R4 `id`: 1 to 64 of letters, digits, `-` and `.`. */
export const isFhirId = (text: string): boolean => /^[A-Za-z0-9.-]{1,64}$/.test(text)

/** FHIR ids that are a patient's, from `Patient/x` or `Patient/x/_history/n`; undefined for anything else. */
export function patientIdOf(reference: string): string | undefined {
  return /^Patient\/([A-Za-z0-9.-]{1,64})(\/_history\/[^/]+)?$/.exec(reference)?.[1]
}
