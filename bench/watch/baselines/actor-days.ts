import { ACTIONS, type Action } from '../../../src/watch/access.ts'
import type { Told } from '../judge-alerts.ts'
import type { Trail } from '../trail.ts'

export const FEATURES = [
  'accesses',
  'patients',
  'patients never opened before',
  'most patients within an hour',
  'changes',
  'deletions',
  'records taken out',
  'searches',
  'kinds of resources',
  'at night',
  'devices',
  'networks',
  'failures',
] as const

/** What one person, or one machine, did on one day (UTC), as counts. */
export type ActorDay = {
  readonly actor: number
  readonly day: number
  readonly from: number
  to: number
  readonly features: Float64Array
}

const DAY = 86_400_000
const HOUR = 3_600_000
const places = (...names: Action[]) => new Set(names.map((one) => ACTIONS.indexOf(one)))
const CHANGES = places('update', 'create', 'delete')
const DELETES = places('delete')
const TAKES = places('export', 'print')
const SEARCHES = places('search')

type Open = {
  readonly day: ActorDay
  readonly patients: Set<number>
  readonly kinds: Set<number>
  readonly devices: Set<number>
  readonly networks: Set<number>
  hour: number
  readonly hourly: Set<number>
}

/** The trail as days of work, in the order in which they end. Counts are as ln(1 + count). */
export function actorDays(trail: Trail): ActorDay[] {
  const days: ActorDay[] = []
  const open = new Map<number, Open>()
  const known = new Map<number, Set<number>>()
  const close = ({ day, patients, kinds, devices, networks }: Open) => {
    const f = day.features
    f[1] = patients.size
    f[8] = kinds.size
    f[10] = devices.size
    f[11] = networks.size
    for (let at = 0; at < f.length; at++) f[at] = Math.log(1 + (f[at] as number))
    days.push(day)
  }
  for (let row = 0; row < trail.rows; row++) {
    const at = trail.at[row] as number
    const actor = trail.actor[row] as number
    const day = Math.floor(at / DAY)
    let work = open.get(actor)
    if (work === undefined || work.day.day !== day) {
      if (work !== undefined) close(work)
      work = {
        day: { actor, day, from: at, to: at, features: new Float64Array(FEATURES.length) },
        patients: new Set(),
        kinds: new Set(),
        devices: new Set(),
        networks: new Set(),
        hour: -1,
        hourly: new Set(),
      }
      open.set(actor, work)
    }
    note(trail, row, work, known)
  }
  for (const work of open.values()) close(work)
  return days.sort((one, other) => one.to - other.to)
}

function note(trail: Trail, row: number, work: Open, known: Map<number, Set<number>>) {
  const at = trail.at[row] as number
  const actor = trail.actor[row] as number
  const patient = trail.patient[row] as number
  const action = trail.action[row] as number
  const f = work.day.features
  const add = (feature: number, by = 1) => {
    f[feature] = (f[feature] as number) + by
  }
  work.day.to = at
  add(0)
  if (patient !== 0) {
    work.patients.add(patient)
    const before = known.get(actor) ?? new Set()
    if (!before.has(patient)) add(2)
    known.set(actor, before.add(patient))
    const hour = Math.floor(at / HOUR)
    if (hour !== work.hour) {
      work.hour = hour
      work.hourly.clear()
    }
    f[3] = Math.max(f[3] as number, work.hourly.add(patient).size)
  }
  if (CHANGES.has(action)) add(4)
  if (DELETES.has(action)) add(5)
  if (TAKES.has(action)) add(6, trail.count[row] as number)
  if (SEARCHES.has(action)) add(7)
  work.kinds.add(trail.resource[row] as number)
  const hour = new Date(at).getUTCHours()
  if (hour < 6 || hour >= 22) add(9)
  work.devices.add(trail.device[row] as number)
  work.networks.add(trail.network[row] as number)
  if (trail.failed[row] === 1) add(12)
}

const QUIET_MS = 14 * DAY

/** Days with a score as alerts; somebody is told of again within two weeks only when it is worse than before. */
export function alertsOf(scored: readonly { readonly day: ActorDay; readonly score: number }[], says: string): Told[] {
  const last = new Map<number, { at: number; score: number }>()
  return scored.flatMap(({ day, score }) => {
    const before = last.get(day.actor)
    if (before !== undefined && day.to - before.at < QUIET_MS && score <= before.score) return []
    last.set(day.actor, { at: day.to, score })
    return [{ score, at: day.to, actor: day.actor, row: -1, from: day.from, to: day.to, says }]
  })
}
