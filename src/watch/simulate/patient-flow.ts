import { DAY_MS, type Day, dayOf, HOUR_MS, MINUTE_MS } from './calendar.ts'
import type { DeskQueues } from './desk-queues.ts'
import { type Hospital, newWardOf, type Unit } from './hospital.ts'
import type { Random } from './random.ts'
import { type Relations, unitHolder } from './relations.ts'
import type { Duty } from './rota.ts'
import { during, type Stressor } from './stressors.ts'

/** A patient in a unit: a bed on a ward, a place in the emergency department, or an hour in a clinic. */
export type Stay = {
  readonly patient: number
  readonly unit: number
  readonly from: number
  readonly to: number
  /** When the encounter is in the system; who looks before has a reason that no file tells. */
  readonly recordedAt: number
  readonly attending: number
  readonly resident: number
  readonly stressor: string
}

/** Where the patients of a day are. */
export type Today = {
  readonly wards: readonly Stay[]
  readonly emergency: readonly Stay[]
  readonly clinic: readonly Stay[]
}

export type PatientFlow = { advance(day: Day, duties: readonly Duty[]): Today }

const SKEW = 1.7

export function createPatientFlow(
  hospital: Hospital,
  seed: Random,
  relations: Relations,
  stressors: readonly Stressor[],
  queues: DeskQueues,
  start: number,
): PatientFlow {
  const random = seed.fork('patient-flow')
  const order = random.sample([...hospital.patients.keys()], hospital.patients.length)
  const wards = [...hospital.unitsOf('ward'), ...hospital.unitsOf('icu')]
  const emergencyUnit = hospital.unitsOf('emergency')[0]!
  const clinicians = hospital.staffOf('attending').filter((one) => hospital.units[one.unit]!.kind === 'clinic')
  const residents = hospital.staffOf('resident')
  const vips = hospital.patients.filter((one) => one.vip).map((one) => one.index)
  const inHouse = new Set<number>()
  let stays: Stay[] = []
  let booked: Stay[] = []

  /** Some patients come again and again, most hardly ever. */
  const somebody = (at: number): number => {
    for (let tries = 0; tries < 30; tries++) {
      const index = random.chance(0.004) ? random.pick(vips) : order[Math.floor(random.next() ** SKEW * order.length)]!
      const { deceasedAt } = hospital.patients[index]!
      if (!inHouse.has(index) && (deceasedAt === undefined || deceasedAt > at + 3 * DAY_MS)) return index
    }
    return order[0]!
  }
  const lag = (): number => (random.chance(0.03) ? random.exponential(4 * HOUR_MS) : random.exponential(8 * MINUTE_MS))

  const admit = (day: Day, unit: Unit, patient: number, from: number, stressor: string): Stay => {
    const icu = unit.kind === 'icu'
    const to = from + Math.max(10 * HOUR_MS, random.logNormal(icu ? 2.4 : 3.1, 0.75) * DAY_MS)
    const near = clinicians.filter((one) => hospital.units[one.unit]!.specialty === unit.specialty)
    const attending = random.pick(near.length > 0 ? near : clinicians).index
    const resident = random.pick(residents).index
    const recordedAt = Math.max(day.from, from) + (day.index === 0 && from < day.from ? 0 : lag())
    const stay: Stay = { patient, unit: unit.index, from, to, recordedAt, attending, resident, stressor }
    inHouse.add(patient)
    stays.push(stay)
    relations.add(unitHolder(unit.index), patient, 'encounter', recordedAt, to)
    relations.add(attending, patient, 'care-team', recordedAt + random.exponential(2 * HOUR_MS), to + 12 * HOUR_MS)
    if (random.chance(0.85))
      relations.add(resident, patient, 'care-team', recordedAt + random.exponential(2 * HOUR_MS), to)
    queues.monitored(stay, icu)
    const { deceasedAt } = hospital.patients[patient]!
    if (deceasedAt === undefined && random.chance(icu ? 0.05 : 0.012)) hospital.patients[patient]!.deceasedAt = to
    return stay
  }

  const fillWards = (day: Day, fromEmergency: Stay[], opened: Stressor | undefined): void => {
    const units = opened === undefined ? wards : [...wards, newWardOf(hospital)]
    for (const unit of units) {
      const isNew = opened !== undefined && unit === newWardOf(hospital)
      const there = stays.filter((one) => one.unit === unit.index && one.to > day.from + 14 * HOUR_MS).length
      const wanted = Math.round(unit.beds * random.between(0.72, 0.95)) - there
      for (let n = 0; n < wanted; n++) {
        const backlog = day.index === 0
        const arrived = backlog || isNew ? undefined : random.chance(0.6) ? fromEmergency.pop() : undefined
        const from = backlog
          ? day.from - random.exponential(2 * DAY_MS)
          : (arrived?.to ?? day.midnight + random.between(7, day.closed ? 20 : 12) * HOUR_MS)
        const stay = admit(day, unit, arrived?.patient ?? somebody(day.from), from, isNew ? opened.name : '')
        if (!backlog) queues.arrived(day, stay)
      }
    }
  }

  const emergencies = (day: Day): Stay[] => {
    const surge = during(stressors, 'mass-casualty', day)
    const usual = random.poisson((hospital.actors.length / 9) * (day.closed ? 1.15 : 1) * random.between(0.8, 1.25))
    const extra = surge === undefined ? 0 : Math.max(12, Math.round(usual * 1.8))
    const begin = random.between(11, 16)
    const coming: Stay[] = []
    for (let n = 0; n < usual + extra; n++) {
      const hour =
        n >= usual
          ? begin + random.exponential(1.5)
          : random.chance(0.75)
            ? random.between(8, 24)
            : random.between(6, 30)
      const from = day.midnight + Math.min(29.5, hour) * HOUR_MS
      const patient = somebody(from)
      const to = from + Math.max(0.5, random.logNormal(3.6, 0.6)) * HOUR_MS
      const recordedAt = from + (n >= usual ? random.exponential(70 * MINUTE_MS) : lag())
      relations.add(
        unitHolder(emergencyUnit.index),
        patient,
        'encounter',
        recordedAt,
        Math.max(to, recordedAt) + 3 * HOUR_MS,
      )
      const stressor = n >= usual ? 'mass-casualty' : ''
      const stay: Stay = {
        patient,
        unit: emergencyUnit.index,
        from,
        to,
        recordedAt,
        attending: -1,
        resident: -1,
        stressor,
      }
      inHouse.add(patient)
      queues.arrived(day, stay)
      queues.left(stay)
      coming.push(stay)
    }
    return coming
  }

  /** Tomorrow's clinics are booked today: whoever prepares them is explained. */
  const book = (today: Day, day: Day): Stay[] => {
    const flu = during(stressors, 'flu-clinic', day)
    const visits: Stay[] = []
    const add = (attending: number, unit: number, hour: number, stressor: string) => {
      const from = day.midnight + hour * HOUR_MS
      const patient = somebody(from)
      const walkIn = random.chance(0.05)
      const recordedAt = walkIn
        ? from + random.exponential(10 * MINUTE_MS)
        : Math.min(today.from + random.next() * 9 * HOUR_MS, from)
      const stay: Stay = {
        patient,
        unit,
        from,
        to: from + 0.5 * HOUR_MS,
        recordedAt,
        attending,
        resident: -1,
        stressor,
      }
      visits.push(stay)
      const until = day.midnight + random.between(19, 30) * HOUR_MS
      relations.add(unitHolder(unit), patient, 'appointment', recordedAt, until)
      if (attending >= 0 && random.chance(0.93))
        relations.add(attending, patient, random.chance(0.15) ? 'referral' : 'appointment', recordedAt, until)
    }
    for (const one of clinicians) {
      if (day.closed || (one.to !== undefined && one.to < day.to) || random.chance(0.25)) continue
      const slots = 8 + random.int(9)
      for (let n = 0; n < slots; n++) add(one.index, one.unit, 8 + (n * 8) / slots + random.between(-0.1, 0.1), '')
    }
    if (flu !== undefined) {
      const units = hospital.unitsOf('clinic')
      const shots = Math.max(25, Math.round(hospital.actors.length * 0.5))
      for (let n = 0; n < shots; n++) add(-1, units[n % units.length]!.index, random.between(8, 17), flu.name)
    }
    return visits
  }

  return {
    advance(day, duties) {
      inHouse.clear()
      for (const one of stays) {
        if (one.to < day.from) queues.left(one)
        else inHouse.add(one.patient)
      }
      stays = stays.filter((one) => one.to >= day.from)
      const clinic = day.index === 0 ? book(day, day) : booked
      for (const one of clinic) {
        inHouse.add(one.patient)
        queues.arrived(day, one)
        queues.left(one)
      }
      const emergency = emergencies(day)
      const admitted = emergency.filter(() => random.chance(0.22))
      fillWards(day, admitted, during(stressors, 'new-ward', day))
      for (const one of stays) queues.ordersOf(day, one, duties)
      for (const one of emergency) queues.ordersOf(day, one, duties)
      for (const one of clinic) queues.ordersOf(day, one, duties)
      booked = book(day, dayOf(start, day.index + 1))
      return { wards: stays, emergency, clinic }
    },
  }
}
