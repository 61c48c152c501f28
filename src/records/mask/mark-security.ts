import { membersOf } from '../fhir/scan-json.ts'

const OBSERVATION_VALUE = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue'
/** v3-ObservationValue: something was left out, or is said less exactly. */
export type Mark = 'REDACTED' | 'MASKED'

/** Adds marks to `meta.security`, after what is there; those that are there already are not repeated. */
export function markSecurity(text: string, marks: ReadonlySet<Mark>): string {
  const { meta } = JSON.parse(text) as { meta?: { security?: { system?: string; code?: string }[] } }
  const there = meta?.security ?? []
  const fresh = [...marks]
    .filter((mark) => !there.some((one) => one.system === OBSERVATION_VALUE && one.code === mark))
    .sort()
    .map((mark) => `{"system":"${OBSERVATION_VALUE}","code":"${mark}"}`)
    .join()
  if (fresh === '') return text
  const members = membersOf(text, 0)
  const found = members.find((one) => one.key === 'meta')
  if (found === undefined) {
    const before = members.findLast((one) => one.key === 'id' || one.key === 'resourceType')
    const at = before?.end ?? 1
    const said = `"meta":{"security":[${fresh}]}`
    return `${text.slice(0, at)}${before === undefined ? '' : ','}${said}${text.slice(at)}`
  }
  const security = membersOf(text, found.start).find((one) => one.key === 'security')
  const at = (security ?? found).end - 1
  const empty = security === undefined ? found.end - found.start === 2 : there.length === 0
  const said = security === undefined ? `"security":[${fresh}]` : fresh
  return `${text.slice(0, at)}${empty ? '' : ','}${said}${text.slice(at)}`
}
