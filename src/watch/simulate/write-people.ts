import { isoOf } from './calendar.ts'
import type { Hospital } from './hospital.ts'
import { csvField, openCsv } from './write-csv.ts'

export const STAFF_COLUMNS = [
  'actor',
  'role',
  'unit',
  'address',
  'family_name',
  'employed_from',
  'employed_to',
] as const
export const PATIENT_COLUMNS = ['patient', 'family_name', 'address', 'employee', 'vip', 'deceased_at'] as const

const line = (...fields: readonly string[]): string => fields.map(csvField).join(',')
const maybe = (at: number | undefined): string => (at === undefined ? '' : isoOf(at))

/** staff.csv and patients.csv. Who died in the simulated time is known only at its end. */
export function writePeople({ actors, patients, units }: Hospital, folder: string): void {
  const staff = openCsv(`${folder}/staff.csv`, STAFF_COLUMNS)
  for (const { id, role, unit, address, family, from, to } of actors)
    staff.line(line(id, role, units[unit]!.code, address, family, isoOf(from), maybe(to)))
  staff.close()
  const charts = openCsv(`${folder}/patients.csv`, PATIENT_COLUMNS)
  for (const { id, family, address, employee, vip, deceasedAt } of patients)
    charts.line(line(id, family, address, employee < 0 ? '' : actors[employee]!.id, vip ? '1' : '0', maybe(deceasedAt)))
  charts.close()
}
