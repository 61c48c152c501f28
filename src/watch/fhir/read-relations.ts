import type { Hospital } from '../hospital/hospital.ts'
import { FOREVER, RELATION_KINDS, type RelationKind } from '../hospital/relations.ts'
import {
  beginOf,
  codingsOf,
  endOf,
  type Part,
  partOf,
  partsOf,
  referenceOf,
  textOf,
  typeOf,
  wordsOf,
} from './fields.ts'

const DAY = 1440
/** An order without an end is worked on for so long. */
const ORDER_LASTS = 30 * DAY
/** Of the people who work here, a place to which more than this share belongs tells nobody from anybody. */
const TOO_WIDE = 0.5
const FEW_PEOPLE = 8
/** SNOMED CT: patient referral, consultation. */
const REFERRAL = new Set(['3457005', '306206005', '103696004'])
const CONSULTATION = new Set(['11429006'])
const MOST_LEVELS = 4

type Window = { readonly from: number; readonly to: number }

const windowOf = (period: unknown): Window | undefined => {
  const { start, end } = partOf(period)
  const from = beginOf(start)
  return from === undefined ? undefined : { from, to: endOf(end) ?? FOREVER }
}

const within = (one: Window, other: Window | undefined): Window =>
  other === undefined ? one : { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }

/** What an order is: a referral or a consult when its category or code says so. */
function kindOfOrder(order: Part): RelationKind {
  const concepts = [...partsOf(order.category), partOf(order.code)]
  const codes = concepts.flatMap((one) => codingsOf(one).map(({ code }) => textOf(code)))
  const words = concepts.map(wordsOf).join(' ')
  if (codes.some((code) => REFERRAL.has(code)) || /\brefer(ral|red)?\b/i.test(words)) return 'referral'
  if (codes.some((code) => CONSULTATION.has(code)) || /\bconsult/i.test(words)) return 'consult'
  return 'order'
}

/** Who has to do with whom, from Encounter, Appointment, ServiceRequest, CareTeam and Task; places from Location. */
export function createReadRelations() {
  const words: string[] = ['']
  const numbers = new Map<string, number>([['', 0]])
  const pending: number[] = []
  const wider = new Map<string, readonly string[]>()

  const numberOf = (word: string): number => {
    const known = numbers.get(word)
    if (known !== undefined) return known
    numbers.set(word, words.length)
    return words.push(word) - 1
  }

  function add(who: string, patient: string, kind: RelationKind, { from, to }: Window) {
    if (who === '' || who === patient || patient === '' || to < from) return
    pending.push(numberOf(who), numberOf(patient), RELATION_KINDS.indexOf(kind), from, to)
  }

  function encounter(resource: Part): boolean {
    const patient = referenceOf(resource.subject)
    const period = windowOf(resource.period)
    if (patient === '' || period === undefined) return false
    if (/^(cancelled|entered-in-error)$/.test(textOf(resource.status))) return true
    const finished = resource.status === 'finished' && period.to === FOREVER
    const window = finished ? { from: period.from, to: period.from + DAY } : period
    for (const { individual, period: own } of partsOf(resource.participant))
      add(referenceOf(individual), patient, 'encounter', within(window, windowOf(own)))
    for (const { location, period: own } of partsOf(resource.location))
      add(referenceOf(location), patient, 'encounter', within(window, windowOf(own)))
    add(referenceOf(resource.serviceProvider), patient, 'encounter', window)
    return true
  }

  function appointment(resource: Part): boolean {
    const window = windowOf(resource)
    const actors = partsOf(resource.participant).map((one) => referenceOf(one.actor))
    const patients = actors.filter((one) => typeOf(one) === 'Patient')
    if (window === undefined || patients.length === 0) return false
    if (/^(cancelled|entered-in-error|noshow)$/.test(textOf(resource.status))) return true
    for (const patient of patients)
      for (const actor of actors) if (typeOf(actor) !== 'Patient') add(actor, patient, 'appointment', window)
    return true
  }

  function order(resource: Part): boolean {
    const patient = referenceOf(resource.subject)
    const authored = beginOf(resource.authoredOn)
    const period = windowOf(resource.occurrencePeriod)
    const planned = beginOf(resource.occurrenceDateTime)
    const from = authored ?? period?.from ?? planned
    if (patient === '' || from === undefined) return false
    if (resource.status === 'entered-in-error') return true
    const until = period?.to ?? (planned === undefined ? from + ORDER_LASTS : planned + DAY)
    const kind = kindOfOrder(resource)
    const performers = partsOf(resource.performer).map(referenceOf)
    const places = partsOf(resource.locationReference).map(referenceOf)
    for (const who of [referenceOf(resource.requester), ...performers, ...places])
      add(who, patient, kind, { from, to: Math.max(from, until) })
    return true
  }

  function careTeam(resource: Part): boolean {
    const patient = referenceOf(resource.subject)
    if (patient === '') return false
    if (resource.status === 'entered-in-error' || resource.status === 'proposed') return true
    const window = windowOf(resource.period) ?? { from: 0, to: resource.status === 'inactive' ? 0 : FOREVER }
    for (const { member, period } of partsOf(resource.participant))
      add(referenceOf(member), patient, 'care-team', within(window, windowOf(period)))
    for (const one of partsOf(resource.managingOrganization)) add(referenceOf(one), patient, 'care-team', window)
    return true
  }

  function task(resource: Part): boolean {
    const patient = referenceOf(resource.for)
    const period = windowOf(resource.executionPeriod) ?? windowOf(partOf(resource.restriction).period)
    const from = period?.from ?? beginOf(resource.authoredOn)
    if (patient === '' || from === undefined) return false
    const over = /^(completed|cancelled|rejected|failed)$/.test(textOf(resource.status))
    const to = period?.to ?? FOREVER
    const ends = over && to === FOREVER ? (endOf(resource.lastModified) ?? from + DAY) : to
    add(referenceOf(resource.owner), patient, 'task', { from, to: ends })
    add(referenceOf(resource.requester), patient, 'task', { from, to: ends })
    return true
  }

  return {
    /** Takes in a resource; undefined when it is of no such type, false when it lacks what is needed. */
    take(resource: Part, id: string): boolean | undefined {
      switch (resource.resourceType) {
        case 'Encounter':
          return encounter(resource)
        case 'Appointment':
          return appointment(resource)
        case 'ServiceRequest':
          return order(resource)
        case 'CareTeam':
          return careTeam(resource)
        case 'Task':
          return task(resource)
        case 'Location':
        case 'Organization':
          wider.set(
            id,
            [referenceOf(resource.partOf), referenceOf(resource.managingOrganization)].filter((one) => one !== ''),
          )
          return true
        default:
          return undefined
      }
    },
    /**
     * Puts all relations into a hospital: a person by name, and a place with the places it is part of, but for those that
     * are too wide. Returns how many they are.
     */
    settle(
      { names, relations }: Hospital,
      personOf: (reference: string) => string,
      isTooWide: (place: string) => boolean,
    ) {
      const reached = new Map<number, readonly number[]>()
      const reach = (number: number): readonly number[] => {
        const known = reached.get(number)
        if (known !== undefined) return known
        const found = new Set<string>([personOf(words[number] as string)])
        for (let level = 0, last = [...found]; level < MOST_LEVELS && last.length > 0; level++) {
          last = last.flatMap((one) => wider.get(one) ?? []).filter((one) => !found.has(one))
          for (const one of last) found.add(one)
        }
        const all = [...found].filter((one) => !isTooWide(one)).map((one) => names.of(one))
        reached.set(number, all)
        return all
      }
      let added = 0
      for (let at = 0; at < pending.length; at += 5) {
        const [who, patient, kind, from, to] = pending.slice(at, at + 5) as [number, number, number, number, number]
        const whom = names.of(words[patient] as string)
        for (const one of reach(who)) {
          relations.add(one, whom, RELATION_KINDS[kind] as RelationKind, from, to)
          added++
        }
      }
      pending.length = 0
      return added
    },
  }
}

/** Whether so many belong to a place that belonging to it explains nothing: most often the hospital itself. */
export const tooWide =
  ({ people, at }: { people: number; at: ReadonlyMap<string, number> }) =>
  (place: string): boolean =>
    people >= FEW_PEOPLE && (at.get(place) ?? 0) > people * TOO_WIDE
