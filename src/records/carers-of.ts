import type { Resource } from './fhir/parse-resource.ts'

type Member = { member?: { reference?: string }; individual?: { reference?: string } }
const PRESENT = new Set(['planned', 'arrived', 'triaged', 'in-progress', 'onleave'])

/**
 * Who, by this record, cares for its patient: the members of an active care team, the participants of an
 * encounter that is not over, the general practitioners. As `Practitioner/x`.
 */
export function carersOf(resource: Resource): string[] {
  const references: (string | undefined)[] = []
  const { resourceType, status } = resource
  if (resourceType === 'CareTeam' && (status === undefined || status === 'active')) {
    for (const one of (resource.participant as Member[] | undefined) ?? []) references.push(one.member?.reference)
  } else if (resourceType === 'Encounter' && PRESENT.has(status as string)) {
    for (const one of (resource.participant as Member[] | undefined) ?? []) references.push(one.individual?.reference)
  } else if (resourceType === 'Patient') {
    for (const one of (resource.generalPractitioner as { reference?: string }[] | undefined) ?? [])
      references.push(one.reference)
  }
  return [...new Set(references.filter((one): one is string => one?.startsWith('Practitioner/') === true))]
}
