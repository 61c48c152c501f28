import { ACTIONS } from '../access.ts'
import { type Depth, newDepth } from '../detect/depth.ts'
import { noScores } from '../detect/scores.ts'
import { countWithin, type Within } from './within.ts'

const MOST_PLACES = 24
const MOST_PATIENTS = 256

const HOUR = 3_600_000

/** The work of one person on one day. */
export type Day = {
  readonly day: number
  readonly scores: Float64Array
  /** Patients, and how suspicious each was. */
  readonly patients: Map<number, number>
  unexplained: number
  suspicion: number
  exported: number
  accesses: number
  fused: number
  alerted: number
  asked: number
  /** Came near a bound, alone. */
  slowed: boolean
}

export type ActorState = {
  readonly actor: number
  /** A program or a device: nobody to ask. */
  readonly machine: boolean
  day: Day
  days: number
  accesses: number
  /** Mean and variance, fading, of ln(1 + patients) and of ln(1 + records exported) a day. */
  readonly usualPatients: Usual
  readonly usualExport: Usual
  /** Suspicion above that of peers, kept over days. */
  slow: number
  /** The last alert about this person: when, how grave, and whether it blocked. */
  alertedAt: number | undefined
  alertedScore: number
  alertedBlock: boolean
  /** What they went through without a reason, and the most of a day that was nothing unusual. */
  readonly depth: Depth
  ownUnexplainedHour: number
  ownUnexplainedDay: number
  ownChanges: number
  alerts: number
  /** How often a session of theirs was frozen. */
  frozen: number
  readonly devices: Map<number, number>
  readonly networks: Map<number, number>
  readonly actions: Float64Array
  readonly hours: Float64Array
  readonly sections: Map<string, number>
  /** Patients this person was seen to have to do with, and the minute. */
  readonly history: Map<number, number>
  readonly patientsHour: Within
  readonly unexplainedHour: Within
  readonly changedHour: Within
  readonly unexplainedChangedHour: Within
  readonly weaklyChangedHour: Within
  readonly deletedHour: Within
  readonly createdHour: Within
}

export type Usual = { mean: number; variance: number; seen: number }

/** Holds a value in a fading mean and variance (half gone after about ten). */
export function settle(usual: Usual, value: number) {
  const weight = usual.seen < 10 ? 1 / (usual.seen + 1) : 0.1
  const step = value - usual.mean
  usual.mean += weight * step
  usual.variance = (1 - weight) * (usual.variance + weight * step * step)
  usual.seen++
}

export const newDay = (day: number): Day => ({
  day,
  scores: noScores(),
  patients: new Map(),
  unexplained: 0,
  suspicion: 0,
  exported: 0,
  accesses: 0,
  fused: 0,
  alerted: 0,
  asked: 0,
  slowed: false,
})

export const newActor = (actor: number, day: number, machine: boolean): ActorState => ({
  actor,
  machine,
  day: newDay(day),
  days: 0,
  accesses: 0,
  usualPatients: { mean: 0, variance: 0, seen: 0 },
  usualExport: { mean: 0, variance: 0, seen: 0 },
  slow: 0,
  alertedAt: undefined,
  alertedScore: 0,
  alertedBlock: false,
  depth: newDepth(),
  ownUnexplainedHour: 0,
  ownUnexplainedDay: 0,
  ownChanges: 0,
  alerts: 0,
  frozen: 0,
  devices: new Map(),
  networks: new Map(),
  actions: new Float64Array(ACTIONS.length),
  hours: new Float64Array(24),
  sections: new Map(),
  history: new Map(),
  patientsHour: new Map(),
  unexplainedHour: new Map(),
  changedHour: new Map(),
  unexplainedChangedHour: new Map(),
  weaklyChangedHour: new Map(),
  deletedHour: new Map(),
  createdHour: new Map(),
})

/** So many days of its own say what a program does. */
const OWN_DAYS = 7
/** A program that nobody knows the habits of yet: its days are not those of other programs. */
export const isNew = ({ machine, days }: ActorState): boolean => machine && days < OWN_DAYS

/** How many patients of an hour there are; one for whom the person also recorded something new is half of one. */
function countStrange(patients: Within, { createdHour }: ActorState, at: number): number {
  let many = countWithin(patients, HOUR, at)
  if (countWithin(createdHour, HOUR, at) > 0) for (const one of patients.keys()) if (createdHour.has(one)) many -= 0.5
  return many
}

/** Patients opened within the hour whom nothing explains. */
export const strangers = (state: ActorState, at: number): number => countStrange(state.unexplainedHour, state, at)

/** Patients changed within the hour whom nothing explains; one whom something weakly does is half of one. */
export const strangeChanges = (state: ActorState, at: number): number =>
  countStrange(state.unexplainedChangedHour, state, at) + countStrange(state.weaklyChangedHour, state, at) / 2

/** Counts a place (a device, a network) somebody works from, forgetting the one not used for longest. */
export function notePlace(places: Map<number, number>, place: number) {
  const before = places.get(place) ?? 0
  places.delete(place)
  places.set(place, before + 1)
  if (places.size > MOST_PLACES) places.delete(places.keys().next().value as number)
}

export function noteHistory(history: Map<number, number>, patient: number, minute: number) {
  history.delete(patient)
  history.set(patient, minute)
  if (history.size > MOST_PATIENTS) history.delete(history.keys().next().value as number)
}
