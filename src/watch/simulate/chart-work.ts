import type { Access } from './access.ts'
import { type Day, HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.ts'
import { VACCINATION, VOLUME } from './chart-steps.ts'
import type { ChartVisits } from './chart-visits.ts'
import type { DeskQueues, Item } from './desk-queues.ts'
import type { Detours } from './detours.ts'
import type { Actor } from './hospital.ts'
import type { Stay, Today } from './patient-flow.ts'
import type { Random } from './random.ts'
import type { Duty } from './rota.ts'
import type { Sessions } from './sessions.ts'

/** The ordinary work of people: charts opened, read and written in the course of a duty. */
export type ChartWork = {
  newDay(today: Today, duties: readonly Duty[], day: Day): void
  work(duty: Duty, day: Day, rows: Access[]): void
}

const SWEEPING = new Set(['nurse', 'resident', 'pharmacist', 'clerk', 'biller'])
const SWEEPS = 0.12
const TREATING = new Set(['nurse', 'aide', 'attending', 'resident', 'student'])

export function createChartWork(
  seed: Random,
  sessions: Sessions,
  queues: DeskQueues,
  detours: Detours,
  visits: ChartVisits,
): ChartWork {
  const random = seed.fork('chart-work')
  let inUnit = new Map<number, Stay[]>()
  let colleagues = new Map<number, Actor[]>()
  let inEmergency = new Map<number, Stay>()
  let vaccinated = new Set<number>()

  const itemsOf = ({ actor, unit, from, to, place }: Duty): Item[] => {
    const items: Item[] = [...queues.ofActor(actor.index)]
    if (place === 'desk') {
      const queue = queues.ofUnit(unit.index)
      return queue.length === 0 ? items : items.concat(queue.filter((one) => one.to > from && one.from < to))
    }
    const team = colleagues.get(unit.index) ?? []
    const mine = Math.max(0, team.indexOf(actor))
    let n = 0
    for (const stay of inUnit.get(unit.index) ?? []) {
      n++
      if (stay.to + HOUR_MS < from || stay.from > to) continue
      const own =
        actor.job === 'attending'
          ? stay.attending === actor.index
          : actor.job === 'nurse'
            ? n % Math.max(1, team.length) === mine
            : true
      const clinic = place === 'clinic'
      items.push({
        patient: stay.patient,
        from: clinic ? stay.from - 25 * MINUTE_MS : stay.from,
        to: clinic ? stay.to + 90 * MINUTE_MS : stay.to + 0.7 * HOUR_MS,
        weight: own ? 6 : actor.job === 'attending' && clinic ? 0.15 : 0.6,
      })
      if (clinic && own) items.push({ patient: stay.patient, from, to: stay.from, weight: 0.12 })
    }
    return items
  }

  const choose = (items: readonly Item[], at: number): Item | undefined => {
    let total = 0
    for (const one of items) if (one.from <= at && at < one.to) total += one.weight
    let left = random.next() * total
    for (const one of items)
      if (one.from <= at && at < one.to) {
        left -= one.weight
        if (left <= 0) return one
      }
    return undefined
  }

  return {
    newDay(today, duties) {
      inUnit = new Map()
      colleagues = new Map()
      for (const stay of [...today.wards, ...today.emergency, ...today.clinic]) {
        const known = inUnit.get(stay.unit)
        if (known === undefined) inUnit.set(stay.unit, [stay])
        else known.push(stay)
      }
      inEmergency = new Map(today.emergency.map((one) => [one.patient, one]))
      vaccinated = new Set(today.clinic.filter((one) => one.stressor === 'flu-clinic').map((one) => one.patient))
      for (const { actor, unit } of duties) {
        if (actor.job !== 'nurse') continue
        const known = colleagues.get(unit.index)
        if (known === undefined) colleagues.set(unit.index, [actor])
        else known.push(actor)
      }
    },
    work(duty, day, rows) {
      const { actor, unit, stressor } = duty
      const early = random.chance(0.5) ? random.between(0, 14) : random.exponential(12)
      const begins = Math.max(day.from, duty.from - early * MINUTE_MS)
      const ends = duty.to + (random.chance(0.3) ? random.exponential(26) : random.between(-20, 12)) * MINUTE_MS
      const open = sessions.ofDuty(duty, begins, ends, rows)
      const items = itemsOf(duty)
      const [perDay, perChart] = VOLUME[actor.job]
      const busy = stressor === 'mass-casualty' ? 1.7 : 1
      const hours = (duty.to - duty.from) / HOUR_MS / (actor.job === 'nurse' && unit.kind !== 'clinic' ? 12 : 8.5)
      let left = Math.round(perDay * actor.pace * random.logNormal(1, 0.25) * Math.min(1.2, hours) * busy)
      const moments: number[] = []
      for (let rest = left; rest > 0; rest -= perChart)
        moments.push(begins + (ends - begins) * (random.chance(0.3) ? random.next() * 0.3 : random.next()))
      moments.sort((a, b) => a - b)
      let free = begins + random.between(20, 200) * SECOND_MS
      if (SWEEPING.has(actor.job) && open[0] !== undefined && random.chance(SWEEPS)) {
        // The whole list is looked through at the handover, or the queue before it is divided.
        const list = items.filter((one) => one.from <= free && free < one.to).slice(0, 35)
        free = visits.sweep(open[0], actor.job, [...new Set(list.map((one) => one.patient))], free, rows)
      }
      let current = 0
      for (const moment of moments) {
        const at = Math.max(free, moment)
        if (at >= ends || left <= 0) break
        while (current + 1 < open.length && open[current]!.to <= at) current++
        const session = open[current]!
        const detour = detours.take(actor, at)
        const item = detour === undefined ? choose(items, at) : undefined
        const patient = detour?.patient ?? item?.patient
        if (patient === undefined) continue
        const stay = unit.kind === 'emergency' ? inEmergency.get(patient) : undefined
        const size = detour?.size ?? Math.max(1, Math.round(random.logNormal(perChart, 0.55)))
        let begin = at
        if (stay !== undefined && stay.recordedAt > at && TREATING.has(actor.job) && random.chance(0.25)) {
          rows.push({
            at,
            session,
            action: 'break-glass',
            type: 'Patient',
            patient,
            count: 1,
            purpose: 'ETREAT',
            outcome: 0,
          })
          begin += random.between(2, 8) * SECOND_MS
        }
        const flu = unit.kind === 'clinic' && vaccinated.has(patient)
        const under = flu && session.stressor === '' ? { ...session, stressor: 'flu-clinic' } : session
        const emergency = begin > at ? 'ETREAT' : undefined
        free = visits.open(under, actor.job, patient, begin, size, rows, {
          ...(emergency !== undefined && { purpose: emergency }),
          ...(flu && { steps: VACCINATION }),
        })
        left -= size
      }
    },
  }
}
