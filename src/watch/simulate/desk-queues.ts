import { DAY_MS, type Day, HOUR_MS } from './calendar.ts'
import type { Hospital, UnitKind } from './hospital.ts'
import type { Stay } from './patient-flow.ts'
import { MACHINES, type MachineName } from './people.ts'
import type { Random } from './random.ts'
import { type Relations, unitHolder } from './relations.ts'
import type { Duty } from './rota.ts'

/** A chart that waits for somebody, for as long as it may be worked on. */
export type Item = { readonly patient: number; readonly from: number; readonly to: number; readonly weight: number }

/** The work that patients make elsewhere: orders for the laboratory and others, tasks for registration, coding and billing. */
export type DeskQueues = {
  arrived(day: Day, stay: Stay): void
  left(stay: Stay): void
  ordersOf(day: Day, stay: Stay, duties: readonly Duty[]): void
  /** A stay whose monitor or interface writes by itself. */
  monitored(stay: Stay, bedside: boolean): void
  /** Gives today's tasks to people, and drops what is over. Called before the patients of the day come. */
  begin(day: Day): void
  ofUnit(unit: number): readonly Item[]
  ofActor(actor: number): readonly Item[]
  ofMachine(name: MachineName): readonly Item[]
}

type Later = { readonly patient: number; readonly job: keyof typeof SHARE_RECORDED }

/** How many of the tasks of a job are in the files. */
const SHARE_RECORDED = { coder: 0.99, biller: 0.97, quality: 0.85, researcher: 0.93, it: 0.7 }

export function createDeskQueues(hospital: Hospital, seed: Random, relations: Relations): DeskQueues {
  const random = seed.fork('desk-queues')
  const unit = (kind: UnitKind) => hospital.unitsOf(kind)[0]!.index
  const units = {
    laboratory: unit('laboratory'),
    imaging: unit('imaging'),
    pharmacy: unit('pharmacy'),
    therapy: unit('therapy'),
  }
  const social = unit('social')
  const registration = unit('registration')
  const byUnit = new Map<number, Item[]>()
  const byActor = new Map<number, Item[]>()
  const byMachine = new Map<MachineName, Item[]>()
  const waiting = new Map<number, Later[]>()
  const staff = {
    coder: hospital.staffOf('coder'),
    biller: hospital.staffOf('biller'),
    quality: hospital.staffOf('quality'),
    researcher: hospital.staffOf('researcher'),
    it: hospital.staffOf('it'),
  }
  const firstMachine = hospital.actors.length - MACHINES.length
  let today = -1

  const push = <K>(map: Map<K, Item[]>, key: K, item: Item) => {
    const known = map.get(key)
    if (known === undefined) map.set(key, [item])
    else known.push(item)
  }
  const order = (to: number, patient: number, from: number, hours: number, weight = 1) => {
    relations.add(unitHolder(to), patient, 'order', from, from + hours * HOUR_MS)
    push(byUnit, to, { patient, from, to: from + hours * HOUR_MS, weight })
  }
  const later = (days: number, patient: number, job: Later['job']) => {
    const when = Math.max(today, 0) + Math.max(1, Math.round(days))
    const known = waiting.get(when)
    if (known === undefined) waiting.set(when, [{ patient, job }])
    else known.push({ patient, job })
  }
  const assign = (day: Day, { patient, job }: Later, index = random.pick(staff[job]).index) => {
    const from = day.from + random.next() * 3 * HOUR_MS
    const to = from + (1 + random.int(job === 'researcher' ? 20 : 4)) * DAY_MS
    push(byActor, index, { patient, from, to, weight: 1 })
    if (random.chance(SHARE_RECORDED[job]))
      relations.add(index, patient, job === 'researcher' ? 'consent' : 'task', from, to)
  }

  return {
    arrived(day, { patient, from, recordedAt }) {
      relations.add(
        unitHolder(registration),
        patient,
        'task',
        Math.max(day.from, Math.min(recordedAt, from + HOUR_MS)),
        from + 8 * HOUR_MS,
      )
      push(byUnit, registration, { patient, from: from - HOUR_MS / 4, to: from + 7 * HOUR_MS, weight: 1 })
    },
    left({ patient }) {
      later(random.exponential(2.5), patient, 'coder')
      if (random.chance(0.75)) later(3 + random.exponential(9), patient, 'biller')
      if (random.chance(0.04)) later(random.between(2, 20), patient, 'quality')
    },
    ordersOf(day, { patient, unit: where, from, to }, duties) {
      const kind = hospital.units[where]!.kind
      const begin = Math.max(from, day.from)
      const end = Math.min(to, day.to)
      const at = () => begin + random.next() * Math.max(0, end - begin)
      const bed = kind === 'ward' || kind === 'icu'
      if (random.chance(bed ? 0.75 : kind === 'emergency' ? 0.6 : 0.3)) {
        const when = at()
        order(units.laboratory, patient, when, 10)
        push(byMachine, 'interface-engine', { patient, from: when, to: when + 9 * HOUR_MS, weight: 1 })
        relations.add(firstMachine + MACHINES.indexOf('interface-engine'), patient, 'order', when, when + 10 * HOUR_MS)
      }
      if (random.chance(bed ? 0.15 : kind === 'emergency' ? 0.45 : 0.1)) order(units.imaging, patient, at(), 12)
      if (random.chance(bed ? 0.7 : 0.25)) order(units.pharmacy, patient, at(), 14)
      if (random.chance(bed ? 0.22 : 0.02)) order(units.therapy, patient, at(), 30)
      if (random.chance(bed ? 0.1 : 0.01)) order(social, patient, at(), 50)
      const called = bed ? 0.14 : kind === 'emergency' ? 0.12 : 0
      if (!random.chance(called)) return
      const there = duties.filter((one) => one.actor.job === 'attending')
      if (there.length === 0) return
      const { actor, from: begins } = random.pick(there)
      const when = Math.max(begin, begins)
      const recorded = when + random.exponential(HOUR_MS)
      relations.add(actor.index, patient, random.chance(0.8) ? 'consult' : 'on-call', recorded, recorded + 2 * DAY_MS)
      push(byActor, actor.index, { patient, from: when, to: recorded + 1.6 * DAY_MS, weight: 3 })
    },
    monitored({ patient, from, to, recordedAt }, bedside) {
      if (!bedside) return
      push(byMachine, 'monitor-gateway', { patient, from: Math.max(from, recordedAt), to, weight: 1 })
      relations.add(firstMachine + MACHINES.indexOf('monitor-gateway'), patient, 'encounter', recordedAt, to)
    },
    begin(day) {
      const first = today < 0
      today = day.index
      for (const map of [byUnit, byActor, byMachine] as Map<unknown, Item[]>[])
        for (const [key, all] of map)
          map.set(
            key,
            all.filter((one) => one.to > day.from),
          )
      for (const one of waiting.get(day.index) ?? []) assign(day, one)
      waiting.delete(day.index)
      for (const { job, index } of [...staff.researcher, ...staff.it])
        for (let n = day.closed ? 0 : random.poisson(1.6); n > 0; n--)
          assign(day, { patient: random.int(hospital.patients.length), job: job === 'it' ? 'it' : 'researcher' }, index)
      if (!first) return
      // The queues are not empty when the simulation begins.
      for (const job of ['coder', 'biller', 'quality'] as const)
        for (let n = staff[job].length * 12; n > 0; n--) {
          const patient = random.int(hospital.patients.length)
          if (random.chance(0.5)) assign(day, { patient, job })
          else later(random.between(1, 6), patient, job)
        }
    },
    ofUnit: (which) => byUnit.get(which) ?? [],
    ofActor: (which) => byActor.get(which) ?? [],
    ofMachine: (name) => byMachine.get(name) ?? [],
  }
}
