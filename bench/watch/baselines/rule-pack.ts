import { join } from 'node:path'
import { readCsv, timeOf } from '../../../src/watch/replay/read-csv.ts'
import type { Told } from '../judge-alerts.ts'
import type { Trail } from '../trail.ts'
import { type ActorDay, actorDays, alertsOf } from './actor-days.ts'

type Staff = { readonly familyName: string; readonly address: string; readonly to: number }
type Patient = {
  readonly familyName: string
  readonly address: string
  readonly employee: string
  readonly vip: boolean
  readonly deceasedAt: number
}

const DAY = 86_400_000
/** Beyond so many times the person's own mean of patients a day, and this many at least, a day counts as too busy. */
const VOLUME = { times: 3, least: 40 } as const

/**
 * The flags that privacy monitors of hospitals raise: same family name, same address, co-worker, VIP, self, deceased, no
 * longer employed, and too many patients on a day. No flag asks whether care explains the access. A day's score is the
 * number of its flags, over all patients.
 */
export async function rulePack(trail: Trail, folder: string): Promise<Told[]> {
  const staff = await readStaff(folder)
  const patients = await readPatients(folder)
  const flags = new Map<string, number>()
  const seen = new Set<string>()
  for (let row = 0; row < trail.rows; row++) {
    const at = trail.at[row] as number
    const actor = trail.names.word(trail.actor[row] as number)
    const member = staff.get(actor)
    if (at < trail.learnUntil || member === undefined) continue
    const day = `${trail.actor[row]} ${Math.floor(at / DAY)}`
    const patient = trail.names.word(trail.patient[row] as number)
    if (seen.has(`${day} ${patient}`)) continue
    seen.add(`${day} ${patient}`)
    const found = (at > member.to ? 1 : 0) + flagsOf(actor, member, patients.get(patient), at)
    if (found > 0) flags.set(day, (flags.get(day) ?? 0) + found)
  }
  const days = actorDays(trail)
  const usual = usualPatients(days.filter(({ to }) => to < trail.learnUntil))
  return alertsOf(
    days
      .filter(({ to }) => to >= trail.learnUntil)
      .map((day) => {
        const many = Math.exp(day.features[1] as number) - 1
        const busy = many >= Math.max(VOLUME.least, VOLUME.times * (usual.get(day.actor) ?? 0)) ? 1 : 0
        return { day, score: (flags.get(`${day.actor} ${day.day}`) ?? 0) + busy }
      })
      .filter(({ score }) => score > 0),
    'rule pack',
  )
}

function flagsOf(actor: string, member: Staff, patient: Patient | undefined, at: number): number {
  if (patient === undefined) return 0
  if (patient.employee === actor) return 1
  return [
    member.familyName !== '' && member.familyName === patient.familyName,
    member.address !== '' && member.address === patient.address,
    patient.employee !== '',
    patient.vip,
    at > patient.deceasedAt,
  ].filter(Boolean).length
}

function usualPatients(days: readonly ActorDay[]): Map<number, number> {
  const sums = new Map<number, { days: number; patients: number }>()
  for (const { actor, features } of days) {
    const one = sums.get(actor) ?? { days: 0, patients: 0 }
    one.days++
    one.patients += Math.exp(features[1] as number) - 1
    sums.set(actor, one)
  }
  return new Map([...sums].map(([actor, one]) => [actor, one.patients / one.days]))
}

const lower = (text: string) => text.trim().toLowerCase()
const timeOr = (text: string, otherwise: number): number => (Number.isNaN(timeOf(text)) ? otherwise : timeOf(text))

async function readStaff(folder: string): Promise<Map<string, Staff>> {
  const staff = new Map<string, Staff>()
  const columns = ['actor', 'family_name', 'address', 'employed_to']
  for await (const [actor = '', familyName = '', address = '', to = ''] of readCsv(join(folder, 'staff.csv'), columns))
    staff.set(actor, {
      familyName: lower(familyName),
      address: lower(address),
      to: timeOr(to, Number.POSITIVE_INFINITY),
    })
  return staff
}

async function readPatients(folder: string): Promise<Map<string, Patient>> {
  const patients = new Map<string, Patient>()
  const columns = ['patient', 'family_name', 'address', 'employee', 'vip', 'deceased_at']
  for await (const row of readCsv(join(folder, 'patients.csv'), columns)) {
    const [patient = '', familyName = '', address = '', employee = '', vip = '', deceased = ''] = row
    patients.set(patient, {
      familyName: lower(familyName),
      address: lower(address),
      employee,
      vip: vip === '1' || vip === 'true',
      deceasedAt: timeOr(deceased, Number.POSITIVE_INFINITY),
    })
  }
  return patients
}
