import type { Relation } from '../../policy/facts.ts'
import type { Resource } from '../fhir/parse-resource.ts'

/** That somebody, or everybody of a unit, has to do with the patient of a record; from its evidence, with its window. */
export type CareRelation = {
  /** `Practitioner/x`, `RelatedPerson/x`, or a unit: `Location/x`, `Organization/x`. */
  readonly carer: string
  readonly kind: Relation
  readonly beginsAt?: Date
  readonly endsAt?: Date
}

type Reference = { reference?: string } | undefined
type Period = { start?: string; end?: string } | undefined
type Part = {
  member?: Reference
  individual?: Reference
  actor?: Reference
  location?: Reference
  period?: Period
  status?: string
}

const PRESENT = new Set(['planned', 'arrived', 'triaged', 'in-progress', 'onleave'])
const BOOKED = new Set(['proposed', 'pending', 'booked', 'arrived', 'checked-in'])
const OPEN_TASK = new Set(['requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'])
const CARERS = /^(Practitioner|RelatedPerson|Organization)\/[A-Za-z0-9.-]{1,64}$/
const UNITS = /^(Location|Organization)\/[A-Za-z0-9.-]{1,64}$/
/** An appointment is prepared the day before, and written up the day after. */
const AROUND_MS = 86_400_000

const all = (value: unknown): Part[] => (Array.isArray(value) ? (value as Part[]) : [])

/** A FHIR dateTime as the moment it begins, or the moment after it ends: `2027-03` ends with April. */
export function momentOf(text: string | undefined, ends = false): Date | undefined {
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text ?? '')
  if (parts === null) {
    const time = Date.parse(text ?? '')
    return Number.isNaN(time) ? undefined : new Date(time)
  }
  const [, year, month, day] = parts.map(Number) as [number, number, number | undefined, number | undefined]
  if (!ends) return new Date(Date.UTC(year, (month || 1) - 1, day || 1))
  return new Date(Date.UTC(month ? year : year + 1, month ? (day ? month - 1 : month) : 0, day ? day + 1 : 1))
}

function windowOf(...periods: Period[]): { beginsAt?: Date; endsAt?: Date } {
  const begins = periods.flatMap((one) => momentOf(one?.start) ?? []).map(Number)
  const ends = periods.flatMap((one) => momentOf(one?.end, true) ?? []).map(Number)
  return {
    ...(begins.length > 0 && { beginsAt: new Date(Math.max(...begins)) }),
    ...(ends.length > 0 && { endsAt: new Date(Math.min(...ends)) }),
  }
}

const between = (start: unknown, end: unknown): Period => {
  const shifted = (text: unknown, by: number) => {
    const moment = momentOf(text as string | undefined, by > 0)
    return moment === undefined ? {} : { [by > 0 ? 'end' : 'start']: new Date(moment.getTime() + by).toISOString() }
  }
  return { ...shifted(start, -AROUND_MS), ...shifted(end ?? start, AROUND_MS) }
}

const relation = (reference: Reference, kind: Relation, ...periods: Period[]): CareRelation[] => {
  const carer = reference?.reference ?? ''
  return (kind === 'ward' ? UNITS : CARERS).test(carer) ? [{ carer, kind, ...windowOf(...periods) }] : []
}

type Reading = (resource: Resource) => CareRelation[]
const READINGS: Readonly<Record<string, Reading>> = {
  Patient: ({ generalPractitioner }) =>
    all(generalPractitioner).flatMap((one) => relation(one as Reference, 'general-practitioner')),
  CareTeam: ({ status, participant, period }) =>
    status === undefined || status === 'active'
      ? all(participant).flatMap((one) => relation(one.member, 'care-team', period as Period, one.period))
      : [],
  Encounter: ({ status, participant, location, period }) =>
    PRESENT.has(status as string)
      ? [
          ...all(participant).flatMap((one) => relation(one.individual, 'encounter', one.period)),
          ...all(location)
            .filter((one) => one.status === undefined || ['active', 'reserved', 'planned'].includes(one.status))
            .flatMap((one) => relation(one.location, 'ward', { end: (period as Period)?.end as string }, one.period)),
        ]
      : [],
  Appointment: ({ status, participant, start, end }) =>
    BOOKED.has(status as string)
      ? all(participant).flatMap((one) => relation(one.actor, 'appointment', between(start, end)))
      : [],
  ServiceRequest: ({ status, requester, performer }) =>
    status === 'active' || status === 'on-hold'
      ? [
          ...relation(requester as Reference, 'order'),
          ...all(performer).flatMap((one) => relation(one as Reference, 'referral')),
        ]
      : [],
  Task: ({ status, owner, restriction }) =>
    OPEN_TASK.has(status as string)
      ? relation(owner as Reference, 'task', (restriction as Part | undefined)?.period)
      : [],
  RelatedPerson: ({ id, active, period }) =>
    active === false ? [] : relation({ reference: `RelatedPerson/${id}` }, 'proxy', period as Period),
}

/**
 * Who, by this record, has to do with its patient, and from when until when. Derived anew whenever the record changes;
 * nothing a record does not say opens a chart.
 */
export const relationsOf = (resource: Resource): CareRelation[] => {
  const found = READINGS[resource.resourceType]?.(resource) ?? []
  return [...new Map(found.map((one) => [`${one.carer} ${one.kind}`, one])).values()]
}

/** Who works where: a PractitionerRole puts a practitioner into its locations and organisation, for its period. */
export function membershipsOf(resource: Resource): { member: string; unit: string; beginsAt?: Date; endsAt?: Date }[] {
  if (resource.resourceType !== 'PractitionerRole' || resource.active === false) return []
  const member = (resource.practitioner as Reference)?.reference ?? ''
  if (!/^Practitioner\//.test(member)) return []
  const units = [resource.organization as Reference, ...all(resource.location).map((one) => one as Reference)]
  const window = windowOf(resource.period as Period)
  return [...new Set(units.map((one) => one?.reference ?? ''))].flatMap((unit) =>
    UNITS.test(unit) ? [{ member, unit, ...window }] : [],
  )
}
