/** For tests only: a small hospital of wards, and ordinary days on them. */

import type { Access } from './access.ts'
import { createChance } from './calibrate/chance.ts'
import { createHospital } from './hospital/hospital.ts'
import { FOREVER, minuteOf } from './hospital/relations.ts'

export const DAY = 86_400_000
const HOUR = 3_600_000
export const START = Date.UTC(2026, 2, 2)
const WARDS = 4
const NURSES = 40
const PATIENTS = 400

export const nurse = (n: number) => `nurse-${n}`
export const patient = (n: number) => `patient-${n}`

export function testHospital(days: number) {
  const hospital = createHospital()
  const { names, relations, shifts } = hospital
  for (let n = 0; n < NURSES; n++) {
    const unit = `ward-${n % WARDS}`
    const member = { role: 'nurse', unit, address: '', familyName: '', employedFrom: 0, employedTo: FOREVER }
    hospital.addMember(nurse(n), member)
    for (let day = 0; day < days; day++) {
      const from = minuteOf(START + day * DAY + 7 * HOUR)
      shifts.add(names.of(nurse(n)), names.of(unit), from, from + 600)
    }
  }
  for (let n = 0; n < PATIENTS; n++) {
    const person = { familyName: '', address: '', employee: '', vip: false, deceasedAt: FOREVER, decoy: false }
    hospital.addPatient(patient(n), person)
    // The last hundred are in nobody's care.
    if (n < PATIENTS - 100)
      relations.add(names.of(`ward-${n % WARDS}`), names.of(patient(n)), 'encounter', minuteOf(START), FOREVER)
  }
  return hospital
}

export const access = (at: number, actor: string, whom: string, more: Partial<Access> = {}): Access => ({
  at,
  actor,
  session: `${actor}-${Math.floor(at / DAY)}`,
  network: 'lan',
  device: `station-${actor.at(-1)}`,
  action: 'read',
  resourceType: 'Observation',
  patient: whom,
  count: 1,
  purpose: 'TREAT',
  failed: false,
  ...more,
})

/** One ordinary day of everybody, in the order of time: own patients, and now and then one of another ward. */
export function ordinaryDay(day: number, seed = 1): Access[] {
  const chance = createChance(seed * 1000 + day)
  const all: Access[] = []
  for (let n = 0; n < NURSES; n++)
    for (let many = 0; many < 30; many++) {
      const stray = chance() < 0.06
      const at = START + day * DAY + 7 * HOUR + Math.floor(chance() * 10 * HOUR)
      const bed = Math.floor(chance() * 70) * WARDS
      const whom = patient(stray ? Math.floor(chance() * 300) : bed + (n % WARDS))
      const resourceType = ['Observation', 'MedicationRequest', 'Condition'][Math.floor(chance() * 3)] as string
      all.push(access(at, nurse(n), whom, { resourceType }))
    }
  return all.sort((one, other) => one.at - other.at)
}
