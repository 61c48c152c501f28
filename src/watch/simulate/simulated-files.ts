import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

/** For tests: a simulation as an outsider reads it, with a judgement of its own on what its files explain. */
export type SimulatedFiles = {
  readonly accesses: readonly Row[]
  readonly truth: readonly Row[]
  readonly staff: readonly Row[]
  readonly patients: readonly Row[]
  readonly relations: readonly Row[]
  readonly shifts: readonly Row[]
  readonly hospital: Summary
  explained(row: Row): boolean
}
export type Row = Readonly<Record<string, string>>
export type Summary = {
  readonly campaigns: readonly {
    readonly id: string
    readonly scenario: string
    readonly stealth: string
    readonly variant: string
    readonly rows: number
    readonly actors: readonly string[]
    readonly modified: readonly { readonly row: number; readonly records: readonly string[] }[]
  }[]
  readonly stressors: readonly {
    readonly name: string
    readonly from: string
    readonly to: string
    readonly rows: number
  }[]
  readonly counts: Readonly<Record<string, number>>
}

export function readSimulation(folder: string): SimulatedFiles {
  const read = (name: string) => parse(readFileSync(`${folder}/${name}.csv`), { columns: true }) as Row[]
  const relations = read('relations')
  const shifts = read('shifts')
  const staff = read('staff')
  const byPatient = Map.groupBy(relations, (one) => one.patient)
  const byActor = Map.groupBy(shifts, (one) => one.actor)
  const home = new Map(staff.map((one) => [one.actor, one.unit]))
  // ISO 8601 of one form sorts as text.
  const within = (at: string, one: Row) => one.from! <= at && (one.to === '' || at <= one.to!)
  return {
    accesses: read('accesses'),
    truth: read('truth'),
    staff,
    patients: read('patients'),
    relations,
    shifts,
    hospital: JSON.parse(readFileSync(`${folder}/hospital.json`, 'utf8')) as Summary,
    explained: ({ at, actor, patient }) => {
      const mine = byActor.get(actor)
      return (byPatient.get(patient) ?? []).some((one) => {
        if (!within(at!, one)) return false
        if (one.actor_or_unit === actor) return true
        if (mine === undefined) return home.get(actor) === one.actor_or_unit
        return mine.some((shift) => shift.unit === one.actor_or_unit && within(at!, shift))
      })
    },
  }
}
