import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createHospital, type Hospital } from '../hospital/hospital.ts'
import { FOREVER, isRelationKind, minuteOf } from '../hospital/relations.ts'
import { readCsv, timeOf } from './read-csv.ts'

/** What was read, and how many rows could not be. */
export type ReadCounts = { staff: number; patients: number; relations: number; shifts: number; unreadable: number }

const DAY_ALONE = /^\d{4}-\d\d-\d\d$/
const END_OF_DAY = 1439

const start = (text: string): number => {
  const at = timeOf(text)
  return Number.isNaN(at) ? 0 : minuteOf(at)
}

/** The end of a window; a day alone lasts until its midnight. */
function end(text: string): number {
  const at = timeOf(text)
  if (Number.isNaN(at)) return FOREVER
  return minuteOf(at) + (DAY_ALONE.test(text) ? END_OF_DAY : 0)
}

const isYes = (text: string): boolean => /^(1|y|yes|t|true)$/i.test(text)

/**
 * What a hospital knows of itself, from a folder of CSV files: staff, patients, relations, shifts. A file that is missing
 * is nothing known. A row whose essential cells are empty or no such word is counted and passed over.
 */
export async function readHospital(folder: string): Promise<{ hospital: Hospital; counts: ReadCounts }> {
  const hospital = createHospital()
  const { names, relations, shifts } = hospital
  const counts: ReadCounts = { staff: 0, patients: 0, relations: 0, shifts: 0, unreadable: 0 }
  const rows = (name: string, columns: string) => {
    const path = join(folder, `${name}.csv`)
    return existsSync(path) ? readCsv(path, columns.split(',')) : []
  }
  for await (const row of rows('staff', 'actor,role,unit,address,family_name,employed_from,employed_to')) {
    const [actor = '', role = '', unit = '', address = '', familyName = '', from = '', to = ''] = row
    if (actor === '') counts.unreadable++
    else {
      hospital.addMember(actor, { role, unit, address, familyName, employedFrom: start(from), employedTo: end(to) })
      counts.staff++
    }
  }
  for await (const row of rows('patients', 'patient,family_name,address,employee,vip,deceased_at')) {
    const [patient = '', familyName = '', address = '', employee = '', vip = '', deceased = ''] = row
    if (patient === '') counts.unreadable++
    else {
      const known = /^(0|n|no|f|false)$/i.test(employee) ? '' : employee
      const deceasedAt = deceased === '' ? FOREVER : start(deceased)
      hospital.addPatient(patient, { familyName, address, employee: known, vip: isYes(vip), deceasedAt, decoy: false })
      counts.patients++
    }
  }
  for await (const row of rows('relations', 'actor_or_unit,patient,kind,from,to')) {
    const [who = '', patient = '', kind = '', from = '', to = ''] = row
    if (who === '' || patient === '' || !isRelationKind(kind)) counts.unreadable++
    else {
      relations.add(names.of(who), names.of(patient), kind, start(from), end(to))
      counts.relations++
    }
  }
  for await (const row of rows('shifts', 'actor,unit,from,to')) {
    const [actor = '', unit = '', from = '', to = ''] = row
    if (actor === '' || Number.isNaN(timeOf(from))) counts.unreadable++
    else {
      shifts.add(names.of(actor), names.of(unit), start(from), end(to))
      counts.shifts++
    }
  }
  return { hospital, counts }
}
