import type { AlertReason, DataCriteria } from './consent-rules.ts'
import { type Json, listOf, NotUnderstood, onlyKnown } from './not-understood.ts'
import { readConcept } from './read-codes.ts'

const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode'
/** Who receives what is released: PCF wants IRCP; R4's own examples have PRCP, and a delegate acts for the patient. */
const RECIPIENTS = new Set([`${PARTICIPATION}|IRCP`, `${PARTICIPATION}|PRCP`, `${ROLE_CODE}|DELEGATEE`])

const ACTORS = 'Device Group CareTeam Organization Patient Practitioner RelatedPerson PractitionerRole'.split(' ')
/** PCF 3:5.8.3 allows `related` for these, and means the data of the stay, plan or episode. */
const GATHERS = ['Encounter', 'CarePlan', 'EpisodeOfCare']
const LOCAL = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}$/

/** An identifier as criteria and questions have it. */
export const identifierText = (system: string, value: string): string => `identifier:${system}|${value}`

/** `Type/id` without one of the `own` addresses; undefined when it is of elsewhere, of a version or within a record. */
function localReference(reference: string, own: readonly string[]): string | undefined {
  const address = own.find((one) => reference.startsWith(`${one}/`))
  const rest = address === undefined ? reference : reference.slice(address.length + 1)
  return LOCAL.test(rest) ? rest : undefined
}

/** A Reference to one of `types`; an actor of elsewhere is known by its identifier. Throws `reason` for others. */
export function readReference(
  value: unknown,
  path: string,
  { reason, types, own, identifiers = false }: ReferenceRules,
): string {
  if (value === undefined) throw new NotUnderstood(reason, path)
  const { reference, identifier }: Json = onlyKnown(value, path, ['reference', 'type', 'identifier', 'display'])
  const local = typeof reference === 'string' ? localReference(reference, own) : undefined
  if (local !== undefined) {
    if (types !== undefined && !types.includes(local.split('/')[0] as string)) throw new NotUnderstood(reason, path)
    return local
  }
  if (!identifiers || identifier === undefined) throw new NotUnderstood(reason, path)
  const at = `${path}.identifier`
  const { system, value: text } = onlyKnown(identifier, at, ['use', 'type', 'system', 'value', 'period', 'assigner'])
  if (typeof system !== 'string' || system === '' || typeof text !== 'string' || text === '')
    throw new NotUnderstood(reason, at)
  return identifierText(system, text)
}

type ReferenceRules = {
  readonly reason: AlertReason
  readonly types?: readonly string[]
  readonly own: readonly string[]
  readonly identifiers?: boolean
}

/** `Consent.provision.actor`: those who would receive. Throws `actor-role` for any other part they could play. */
export function readActors(value: unknown, path: string, own: readonly string[]): string[] | undefined {
  if (value === undefined) return undefined
  return listOf(value, path).map((one, n) => {
    const at = `${path}[${n}]`
    const { role, reference } = onlyKnown(one, at, ['role', 'reference'])
    const codes = readConcept(role, `${at}.role`, 'actor-role')
    if (!codes.some(({ system, code }) => RECIPIENTS.has(`${system}|${code}`)))
      throw new NotUnderstood('actor-role', `${at}.role`)
    return readReference(reference, `${at}.reference`, { reason: 'actor', types: ACTORS, own, identifiers: true })
  })
}

/**
 * `Consent.provision.data`. `related` and `dependents` are the named record and what refers to it; `related` is taken
 * for stays, plans and episodes only, because R4 means by it also what the named record refers to.
 */
export function readRecords(value: unknown, path: string, own: readonly string[]): DataCriteria | undefined {
  if (value === undefined) return undefined
  const found: Record<keyof DataCriteria, string[]> = { records: [], related: [], authors: [] }
  listOf(value, path).forEach((one, n) => {
    const at = `${path}[${n}]`
    const { meaning, reference } = onlyKnown(one, at, ['meaning', 'reference'])
    const read = (types?: readonly string[]) =>
      readReference(reference, `${at}.reference`, { reason: 'data', own, ...(types && { types }) })
    if (meaning === 'instance') found.records.push(read())
    else if (meaning === 'related') found.related.push(read(GATHERS))
    else if (meaning === 'dependents') found.related.push(read())
    else if (meaning === 'authoredby') found.authors.push(read(ACTORS))
    else throw new NotUnderstood('data', `${at}.meaning`)
  })
  return Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))
}
