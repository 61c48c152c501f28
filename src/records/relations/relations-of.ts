import type { Relation } from '../../policy/facts.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { within } from './memberships-of.ts'
import { namedByConsent } from './named-by-consent.ts'
import { all, codesOf, onCallFor, type Part, type Reference, specialty } from './read-parts.ts'
import { around, type Period, type Window, windowOf } from './relation-windows.ts'

/** That somebody, or everybody of a unit, has to do with the patient of a record; from its evidence, with its window. */
export type CareRelation = Window & {
  /** `Practitioner/x`, `RelatedPerson/x`, a unit (`Location/x`, `Organization/x`, `Group/x`), or `on-call …`. */
  readonly carer: string
  readonly kind: Relation
  /** The element that says so. */
  readonly element: unknown
  /** FHIR id, in a record that relates each of several patients by an element of its own. */
  readonly patient?: string
}

const PRESENT = new Set(['planned', 'arrived', 'triaged', 'in-progress', 'onleave'])
const BOOKED = new Set(['proposed', 'pending', 'booked', 'arrived', 'checked-in'])
const OPEN_TASK = new Set(['requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])
const CONSULTS = ['11429006', '3457005', '306206005'].map((code) => `http://snomed.info/sct|${code}`)

const ID = '[A-Za-z0-9.-]{1,64}'
const CARERS = new RegExp(
  `^(Practitioner|PractitionerRole|RelatedPerson|Organization|CareTeam|Group|HealthcareService)/${ID}$`,
)
const PATIENT = new RegExp(`^Patient/(${ID})$`)
/** Of these, everybody who belongs to it. */
const MANY = /^(Organization|CareTeam|Group|HealthcareService)\//
const UNITS = new RegExp(`^(Location|Organization|HealthcareService)/${ID}$`)

const relation = (
  reference: Reference,
  kind: Relation,
  element: unknown,
  ...periods: readonly Period[]
): CareRelation[] => {
  const carer = reference?.reference ?? ''
  return CARERS.test(carer) ? [{ carer, kind, element, ...windowOf(...periods) }] : []
}

/** Those who are on call for these units. */
const onCall = (
  units: readonly (string | undefined)[],
  kind: Relation,
  element: unknown,
  ...periods: readonly Period[]
): CareRelation[] =>
  units.flatMap((unit) =>
    unit !== undefined && (UNITS.test(unit) || unit.startsWith('specialty/'))
      ? [{ carer: onCallFor(unit), kind, element, ...windowOf(...periods) }]
      : [],
  )

/** A place of a stay: who works there, and who is on call for it. */
function ward(place: Part, ...periods: readonly Period[]): CareRelation[] {
  const unit = place.location?.reference ?? ''
  if (!UNITS.test(unit)) return []
  return [
    { carer: unit, kind: 'ward', element: place, ...windowOf(...periods) },
    ...onCall([unit], 'on-call', place, ...periods),
  ]
}

/** Who is asked to consult: the one on call of the units and specialties that a request for it names. */
function consult(codes: readonly unknown[], asked: readonly Reference[], types: unknown, period: Period) {
  if (!codes.flatMap(codesOf).some((code) => CONSULTS.includes(code))) return []
  return [
    ...asked.flatMap((one) => onCall([one?.reference], 'consult', one, period)),
    ...codesOf(types).flatMap((code) => onCall([specialty(code)], 'consult', code, period)),
  ]
}

/** Of an organisation, those too who belong to what is part of it. */
const whole = (relations: readonly CareRelation[]): CareRelation[] =>
  relations.flatMap((one) => (one.carer.startsWith('Organization/') ? [{ ...one, carer: within(one.carer) }] : []))

type Reading = (resource: Resource) => CareRelation[]
const READINGS: Readonly<Record<string, Reading>> = {
  Patient: ({ generalPractitioner }) =>
    all(generalPractitioner).flatMap((one) => relation(one, 'general-practitioner', one)),
  CareTeam: ({ status, participant, period }) =>
    status === undefined || status === 'active'
      ? all(participant).flatMap((one) =>
          relation(
            one.member,
            MANY.test(one.member?.reference ?? '') ? 'group' : 'care-team',
            one,
            period as Period,
            one.period,
          ),
        )
      : [],
  Encounter: ({ status, participant, location, period, serviceProvider, serviceType }) => {
    if (!PRESENT.has(status as string)) return []
    const end = { end: (period as Period)?.end as string }
    const provider = (serviceProvider as Reference)?.reference
    return [
      ...all(participant).flatMap((one) => relation(one.individual, 'encounter', one, one.period)),
      ...all(location)
        .filter((one) => one.status === undefined || ['active', 'reserved', 'planned'].includes(one.status))
        .flatMap((one) => ward(one, end, one.period)),
      ...onCall([provider], 'on-call', serviceProvider, end),
      ...codesOf(serviceType).flatMap((code) => onCall([specialty(code)], 'on-call', code, end)),
    ]
  },
  Appointment: ({ status, participant, start, end }) =>
    BOOKED.has(status as string)
      ? all(participant).flatMap((one) => relation(one.actor, 'appointment', one, around(start, end)))
      : [],
  ServiceRequest: ({ status, requester, performer, performerType, category, code, occurrencePeriod }) =>
    status === 'active' || status === 'on-hold'
      ? [
          ...relation(requester as Reference, 'order', requester),
          ...all(performer).flatMap((one) => relation(one, 'referral', one)),
          ...consult([category, code], all(performer), performerType, occurrencePeriod as Period),
        ]
      : [],
  Task: ({ status, owner, restriction, code, performerType }) => {
    if (!OPEN_TASK.has(status as string)) return []
    const period = (restriction as Part | undefined)?.period
    return [
      ...relation(owner as Reference, 'task', owner, period),
      ...consult([code], [owner as Reference], performerType, period),
    ]
  },
  RelatedPerson: ({ id, active, period, patient, relationship }) =>
    active === false
      ? []
      : relation({ reference: `RelatedPerson/${id}` }, 'proxy', { patient, relationship }, period as Period),
  Group: ({ active, actual, managingEntity, member }) =>
    active === false || actual !== true
      ? []
      : all(member).flatMap((one) => {
          const [, patient] = PATIENT.exec(one.entity?.reference ?? '') ?? []
          if (patient === undefined || one.inactive === true) return []
          return relation(managingEntity as Reference, 'group', { managingEntity, one }, one.period).map((found) => ({
            ...found,
            patient,
          }))
        }),
  Consent: (resource) =>
    namedByConsent(resource).flatMap(({ actor, periods }) => [
      ...relation(actor.reference, 'consent', actor, ...periods),
      ...whole(relation(actor.reference, 'consent', actor, ...periods)),
    ]),
}

/**
 * Who, by this record, has to do with its patient, and from when until when. Derived anew whenever the record changes;
 * nothing a record does not say opens a chart.
 */
export const relationsOf = (resource: Resource): CareRelation[] => {
  const found = READINGS[resource.resourceType]?.(resource) ?? []
  const told = new Map<string, CareRelation>()
  for (const one of found) {
    const name = `${one.carer} ${one.kind} ${one.patient ?? ''}`
    const before = told.get(name)
    told.set(name, before !== undefined && one.kind === 'consent' ? { ...one, ...hullOf(before, one) } : one)
  }
  return [...told.values()]
}

/** A consent may let in the same person twice; whether it does at a moment, it is asked itself. */
function hullOf(one: Window, other: Window): { beginsAt?: Date; endsAt?: Date } {
  const outer = (a: Date | undefined, b: Date | undefined, pick: (...of: number[]) => number) =>
    a === undefined || b === undefined ? undefined : new Date(pick(a.getTime(), b.getTime()))
  const [beginsAt, endsAt] = [outer(one.beginsAt, other.beginsAt, Math.min), outer(one.endsAt, other.endsAt, Math.max)]
  return { beginsAt, endsAt } as { beginsAt?: Date; endsAt?: Date }
}
