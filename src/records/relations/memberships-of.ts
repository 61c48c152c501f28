import type { Resource } from '../fhir/parse-resource.ts'
import { all, codesOf, ON_CALL, onCallFor, type Reference, specialty } from './read-parts.ts'
import { type Period, type Window, windowOf } from './relation-windows.ts'
import { ANYBODY, SOMEWHERE } from './tie-token.ts'

/** That a person, a role or a unit belongs to a unit, a team or a group; `within` joins organisations upward. */
export type Membership = Window & {
  readonly member: string
  readonly unit: string
  /** The element that says so. */
  readonly element: unknown
}

const ID = '[A-Za-z0-9.-]{1,64}'
const MEMBERS = new RegExp(`^(Practitioner|PractitionerRole|RelatedPerson|Organization|CareTeam|Group)/${ID}$`)
const PEOPLE = new RegExp(`^(Practitioner|PractitionerRole)/${ID}$`)
const UNITS = new RegExp(`^(Location|Organization|HealthcareService)/${ID}$`)

/** An organisation with all that is part of it. For consents: to have to do with the whole is not to treat in a part. */
export const within = (unit: string): string => `within ${unit}`

type Reading = (resource: Resource) => Membership[]

const belongs = (member: string, units: readonly string[], element: unknown, ...periods: readonly Period[]) =>
  [...new Set(units)].map((unit) => ({ member, unit, element, ...windowOf(...periods) }))

/** In a team or group: the member itself, and of an organisation also what is part of it. */
function joins(reference: Reference, unit: string, element: unknown, ...periods: readonly Period[]): Membership[] {
  const member = reference?.reference ?? ''
  if (!MEMBERS.test(member)) return []
  const whole = member.startsWith('Organization/') ? belongs(within(member), [within(unit)], element, ...periods) : []
  return [...belongs(member, [unit], element, ...periods), ...whole]
}

const READINGS: Readonly<Record<string, Reading>> = {
  PractitionerRole: (resource) => {
    const {
      id,
      active,
      practitioner,
      organization,
      location,
      healthcareService,
      period,
      code,
      specialty: of,
    } = resource
    const member = (practitioner as Reference)?.reference ?? ''
    if (active === false || !/^Practitioner\//.test(member)) return []
    const places = [organization as Reference, ...all(location), ...all(healthcareService)]
    const units = places.map((one) => one?.reference ?? '').filter((unit) => UNITS.test(unit))
    const element = { practitioner, organization, location, healthcareService, code, specialty: of }
    if (!codesOf(code).includes(ON_CALL)) {
      const named = units.filter((unit) => unit.startsWith('Organization/'))
      const organisations = named.length > 0 ? [...named.map(within), SOMEWHERE] : []
      const role = `PractitionerRole/${id}`
      return belongs(member, [...units, ...organisations, role], element, period as Period)
    }
    const covered = [...units, ...codesOf(of).map(specialty)].map(onCallFor)
    return hasEnd(period) ? belongs(member, covered, element, period as Period) : []
  },
  Schedule: ({ active, actor, planningHorizon, serviceCategory, serviceType, specialty: of }) => {
    if (active === false || !hasEnd(planningHorizon)) return []
    if (![serviceCategory, serviceType].flatMap(codesOf).includes(ON_CALL)) return []
    const named = all(actor).map((one) => one.reference ?? '')
    const units = [...named.filter((one) => UNITS.test(one)), ...codesOf(of).map(specialty)].map(onCallFor)
    const element = { actor, serviceCategory, serviceType, specialty: of }
    return named
      .filter((one) => PEOPLE.test(one))
      .flatMap((one) => belongs(one, units, element, planningHorizon as Period))
  },
  CareTeam: ({ id, status, participant, period }) =>
    status === undefined || status === 'active'
      ? all(participant).flatMap((one) => joins(one.member, `CareTeam/${id}`, one, period as Period, one.period))
      : [],
  Group: ({ id, type, active, actual, member }) =>
    active === false || actual !== true
      ? active !== false && type === 'practitioner'
        ? belongs(ANYBODY, [`Group/${id}`], type)
        : []
      : all(member)
          .filter((one) => one.inactive !== true)
          .flatMap((one) => joins(one.entity, `Group/${id}`, one, one.period)),
  Organization: ({ id, active, partOf }) => {
    const whole = (partOf as Reference)?.reference ?? ''
    if (active === false || !/^Organization\//.test(whole)) return []
    return belongs(within(`Organization/${id}`), [within(whole)], partOf)
  },
}

/** Who is on call is so for a time: a roster without an end is none. */
const hasEnd = (period: unknown): boolean => (period as Period)?.end !== undefined

/** Who, by this record, belongs where, and from when until when. */
export const membershipsOf = (resource: Resource): Membership[] => {
  const found = READINGS[resource.resourceType]?.(resource) ?? []
  return [...new Map(found.map((one) => [`${one.member} ${one.unit}`, one])).values()]
}
