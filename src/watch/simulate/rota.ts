import { type Day, HOUR_MS, MINUTE_MS } from './calendar.ts'
import { type Actor, type Hospital, newWardOf, type Unit } from './hospital.ts'
import type { Random } from './random.ts'
import type { Relations } from './relations.ts'
import { during, type Stressor } from './stressors.ts'

/** Somebody's work on one day. */
export type Duty = {
  readonly actor: Actor
  readonly unit: Unit
  /** As planned; people come a little earlier and leave later. */
  readonly from: number
  readonly to: number
  readonly place: 'bedside' | 'clinic' | 'desk'
  readonly remote: boolean
  readonly stressor: string
}

export type Rota = { plan(day: Day): Duty[] }

const RESIDENT_ROTATION_DAYS = 21
const STUDENT_ROTATION_DAYS = 14
const FLOATS = 0.05
const UNRECORDED_FLOATS = 0.2
const REST_HOURS = 9
const ROUND_THE_CLOCK: ReadonlySet<string> = new Set(['clerk', 'lab', 'imaging', 'pharmacist'])

export function createRota(
  hospital: Hospital,
  seed: Random,
  relations: Relations,
  stressors: readonly Stressor[],
): Rota {
  const random = seed.fork('rota')
  const restedFrom = new Map<number, number>()
  const wards = [...hospital.unitsOf('ward'), ...hospital.unitsOf('icu')]
  const emergency = hospital.unitsOf('emergency')[0]!
  const bedside = hospital.actors.filter(
    (one) =>
      ['nurse', 'aide', 'resident'].includes(one.job) && ['ward', 'icu'].includes(hospital.units[one.unit]!.kind),
  )
  /** Who moves when the new ward opens. */
  const pioneers = new Set(random.sample(bedside, Math.max(5, Math.round(bedside.length / 7))).map((one) => one.index))
  const wardsOf = (actor: Actor): Unit[] => {
    const near = wards.filter((one) => one.specialty === hospital.units[actor.unit]!.specialty)
    return near.length > 0 ? near : [wards[actor.index % wards.length]!]
  }

  const hoursOf = (actor: Actor, unit: Unit, changed: boolean): readonly [number, number] => {
    const night = random.chance(actor.nights)
    const late = night || random.chance(0.2)
    const { job } = actor
    if (job === 'nurse' || job === 'aide') {
      if (unit.kind === 'clinic') return [8, 17]
      if (changed) return night ? [22, 30] : late ? [14, 22] : [6, 14]
      return night ? [19, 31] : [7, 19]
    }
    if (job === 'attending') {
      if (unit.kind === 'emergency' || unit.kind === 'icu') return night ? [19, 29] : late ? [13, 22] : [7, 16]
      return [7.5 + random.int(3) * 0.5, 16.5 + random.int(5) * 0.5]
    }
    if (job === 'resident') return night ? [18.5, 31] : [6.5, 17.5]
    if (ROUND_THE_CLOCK.has(job)) return night ? [22, 30] : late ? [14, 22] : [7, 15.5]
    return [8 + random.int(3) * 0.5, 16 + random.int(4) * 0.5]
  }

  const works = (actor: Actor, day: Day): boolean => {
    if (random.chance(0.035)) return false
    const kind = hospital.units[actor.unit]!.kind
    const rolling = ['ward', 'icu', 'emergency', 'registration', 'laboratory', 'imaging', 'pharmacy'].includes(kind)
    if (rolling && actor.job !== 'student' && actor.job !== 'attending') {
      const on = actor.pattern[(day.index + actor.index) % 14]!
      return day.closed && ['registration', 'imaging', 'pharmacy'].includes(kind) ? on && random.chance(0.4) : on
    }
    if (kind === 'emergency' || kind === 'icu') return actor.pattern[(day.index + actor.index) % 14]!
    return day.closed ? random.chance(0.03) : random.chance(0.93)
  }

  const placeOf = (actor: Actor, day: Day): Unit => {
    const home = hospital.units[actor.unit]!
    if (actor.job === 'resident' && home.kind === 'ward')
      return wards[(actor.index + Math.floor((day.index + actor.index) / RESIDENT_ROTATION_DAYS)) % wards.length]!
    if (actor.job === 'student')
      return wards[(actor.index + 2 * Math.floor(day.index / STUDENT_ROTATION_DAYS)) % wards.length]!
    // One week in four, the physicians of a clinic look after the ward of their specialty.
    if (actor.job === 'attending' && home.kind === 'clinic' && Math.floor((day.index + actor.index * 7) / 7) % 4 === 0)
      return wardsOf(actor)[actor.index % wardsOf(actor).length]!
    return home
  }

  return {
    plan(day) {
      const duties: Duty[] = []
      const surge = during(stressors, 'mass-casualty', day)
      const opened = during(stressors, 'new-ward', day)
      const flu = during(stressors, 'flu-clinic', day)
      const changed = during(stressors, 'rota-change', day)
      const put = (actor: Actor, unit: Unit, from: number, to: number, stressor: string, recorded = true) => {
        if (from < (restedFrom.get(actor.index) ?? 0)) return
        restedFrom.set(actor.index, to + REST_HOURS * HOUR_MS)
        const place =
          unit.kind === 'clinic' ? 'clinic' : ['ward', 'icu', 'emergency'].includes(unit.kind) ? 'bedside' : 'desk'
        const remote = random.chance(actor.remote)
        duties.push({ actor, unit, from, to, place, remote, stressor })
        if (recorded) relations.addShift(actor.index, unit.index, from - 15 * MINUTE_MS, to + 15 * MINUTE_MS)
      }
      for (const actor of hospital.actors) {
        if (actor.job === 'machine' || actor.from > day.from || (actor.to ?? day.to) < day.to) continue
        const covering = actor.job === 'attending' && placeOf(actor, day).kind === 'ward'
        const called =
          surge !== undefined && ['nurse', 'attending', 'resident'].includes(actor.job) && random.chance(0.16)
        const vaccinates = flu !== undefined && actor.job === 'nurse' && hospital.units[actor.unit]!.kind === 'clinic'
        if (!works(actor, day) && !covering && !called && !vaccinates) continue
        let unit = placeOf(actor, day)
        let stressor = ''
        let recorded = true
        if (called && unit !== emergency) {
          unit = emergency
          stressor = surge.name
          recorded = random.chance(0.5)
        } else if (surge !== undefined && unit === emergency) stressor = surge.name
        else if (opened !== undefined && pioneers.has(actor.index)) {
          unit = newWardOf(hospital)
          stressor = opened.name
          recorded = random.chance(0.9)
        } else if (actor.job === 'nurse' && unit.kind === 'ward' && random.chance(FLOATS)) {
          unit = random.pick(wards)
          recorded = !random.chance(UNRECORDED_FLOATS)
        }
        const [begin, end] = hoursOf(actor, unit, changed !== undefined)
        if (changed !== undefined && (actor.job === 'nurse' || actor.job === 'aide') && unit.kind !== 'clinic')
          stressor ||= changed.name
        put(actor, unit, day.midnight + begin * HOUR_MS, day.midnight + end * HOUR_MS, stressor, recorded)
      }
      for (const unit of [...wards, emergency]) coverNights(day, unit, duties, put)
      return duties
    },
  }

  /** A ward is never without a nurse: who is off is called in. */
  function coverNights(
    day: Day,
    unit: Unit,
    duties: readonly Duty[],
    put: (a: Actor, u: Unit, from: number, to: number, s: string) => void,
  ): void {
    const there = duties.filter((one) => one.unit === unit && one.actor.job === 'nurse')
    const at = (hour: number) =>
      there.some((one) => one.from <= day.midnight + hour * HOUR_MS && day.midnight + hour * HOUR_MS < one.to)
    const busy = new Set(duties.map((one) => one.actor.index))
    const free = hospital.actors.filter(
      (one) =>
        one.job === 'nurse' &&
        one.unit === unit.index &&
        !busy.has(one.index) &&
        one.from <= day.from &&
        (one.to ?? day.to) >= day.to,
    )
    const night = free.shift()
    if (!at(26) && night !== undefined) put(night, unit, day.midnight + 19 * HOUR_MS, day.midnight + 31 * HOUR_MS, '')
    const late = free.shift()
    if (!at(12) && late !== undefined) put(late, unit, day.midnight + 7 * HOUR_MS, day.midnight + 19 * HOUR_MS, '')
  }
}
