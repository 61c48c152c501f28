import type { Random } from './random.ts'
import type { Job, Vocabulary } from './vocabulary.ts'

export type UnitKind =
  | 'ward'
  | 'icu'
  | 'emergency'
  | 'clinic'
  | 'laboratory'
  | 'imaging'
  | 'pharmacy'
  | 'therapy'
  | 'social'
  | 'registration'
  | 'coding'
  | 'billing'
  | 'quality'
  | 'research'
  | 'it'

export type Unit = {
  readonly index: number
  readonly kind: UnitKind
  readonly code: string
  readonly specialty: number
  readonly beds: number
  readonly devices: readonly string[]
  readonly network: string
}

export type Actor = {
  readonly index: number
  readonly id: string
  readonly job: Job
  readonly role: string
  readonly unit: number
  readonly address: string
  readonly family: string
  readonly from: number
  readonly to: number | undefined
  /** How much more than the median of the job somebody does: heavy-tailed. */
  readonly pace: number
  /** The share of shifts at night or in the evening. */
  readonly nights: number
  /** The share of days worked from home, or of shifts on one's own device. */
  readonly remote: number
  readonly ownDevice: string
  readonly homeNetwork: string
  /** Fourteen days: whether somebody works on each. */
  readonly pattern: readonly boolean[]
  /** Patients who live with, or are related to, this person; the simulator alone knows all of them. */
  readonly relatives: number[]
  /** The person's own chart, or -1. */
  chart: number
  /** Charts opened before, the latest last: people come back to them. */
  readonly recent: number[]
}

export type Patient = {
  readonly index: number
  readonly id: string
  readonly family: string
  readonly address: string
  readonly employee: number
  readonly vip: boolean
  deceasedAt: number | undefined
}

export type Hospital = {
  readonly units: Unit[]
  readonly actors: Actor[]
  readonly patients: Patient[]
  readonly unitsOf: (kind: UnitKind) => Unit[]
  readonly staffOf: (job: Job) => Actor[]
}

const SPECIALTIES = 9

/** The units of a hospital of that many staff. The last ward is built but closed until the new ward opens. */
export function buildUnits(random: Random, words: Vocabulary, staff: number): Unit[] {
  const units: Unit[] = []
  const add = (kind: UnitKind, n: number, beds: number, devices: number) => {
    const index = units.length
    const code = words.unitCode(kind, n)
    units.push({
      index,
      kind,
      code,
      specialty: random.int(SPECIALTIES),
      beds,
      devices: Array.from({ length: devices }, (_, i) => `ws-${code.toLowerCase()}-${String(i + 1).padStart(2, '0')}`),
      network: `10.${20 + Math.floor(index / 8)}.${index % 8}.0/24`,
    })
  }
  const wards = Math.max(2, Math.round(staff / 48))
  for (let n = 0; n < wards; n++) add('ward', n, 12 + random.int(14), 6 + random.int(5))
  for (let n = 0; n < Math.max(1, Math.round(staff / 300)); n++) add('icu', n, 6 + random.int(6), 6 + random.int(5))
  add('emergency', 0, 0, 8 + Math.round(staff / 60))
  for (let n = 0; n < Math.max(1, Math.round(staff / 60)); n++) add('clinic', n, 0, 5 + random.int(6))
  const rest = ['laboratory', 'imaging', 'pharmacy', 'therapy', 'social', 'registration'] as const
  for (const kind of rest) add(kind, 0, 0, 3 + Math.round(staff / 70))
  for (const kind of ['coding', 'billing', 'quality', 'research', 'it'] as const)
    add(kind, 0, 0, 2 + Math.round(staff / 150))
  add('ward', wards, 16, 8)
  return units
}

export function createHospital(units: Unit[], actors: Actor[], patients: Patient[]): Hospital {
  const closed = units.length - 1
  return {
    units,
    actors,
    patients,
    unitsOf: (kind) => units.filter((one) => one.kind === kind && one.index !== closed),
    staffOf: (job) => actors.filter((one) => one.job === job),
  }
}

/** The ward that is there for the new-ward stressor. */
export const newWardOf = (hospital: Hospital): Unit => hospital.units.at(-1)!
