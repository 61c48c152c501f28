import { DAY_MS, isoOf, wholeSecond } from './calendar.ts'
import type { Hospital } from './hospital.ts'
import { type CsvFile, openCsv } from './write-csv.ts'

export type RelationKind =
  | 'encounter'
  | 'appointment'
  | 'order'
  | 'referral'
  | 'care-team'
  | 'task'
  | 'on-call'
  | 'consult'
  | 'proxy'
  | 'consent'

/** An actor's index, or a unit's as -1 - index. */
export type Holder = number
export const unitHolder = (unit: number): Holder => -1 - unit

type Relation = { readonly holder: Holder; readonly from: number; readonly to: number }
type Shift = { readonly unit: number; readonly from: number; readonly to: number }

/**
 * What the files say about who has to do with whom, and the judgement that follows from it: an access is explained at a
 * time by a relation of the actor, or by one of a unit for which the actor has a shift then. Who never has shifts (a
 * machine) is in the unit of staff.csv.
 */
export type Relations = {
  /** `to` undefined: until further notice. */
  add(holder: Holder, patient: number, kind: RelationKind, from: number, to?: number): void
  addShift(actor: number, unit: number, from: number, to: number): void
  explains(actor: number, patient: number, at: number): boolean
  /** Forgets what ended long before, so that memory does not grow with the days. */
  forget(before: number): void
  readonly counts: { relations: number; shifts: number }
  close(): void
}

export function openRelations(hospital: Hospital, folder: string): Relations {
  const file: CsvFile = openCsv(`${folder}/relations.csv`, ['actor_or_unit', 'patient', 'kind', 'from', 'to'])
  const shiftFile: CsvFile = openCsv(`${folder}/shifts.csv`, ['actor', 'unit', 'from', 'to'])
  const of = new Map<number, Relation[]>()
  const shifts = new Map<number, Shift[]>()
  const inUnit = (actor: number, unit: number, at: number): boolean => {
    const own = hospital.actors[actor]!
    if (own.job === 'machine') return own.unit === unit
    const mine = shifts.get(actor)
    return mine?.some((one) => one.unit === unit && one.from <= at && at <= one.to) ?? false
  }
  return {
    add(holder, patient, kind, from, to) {
      const relation = {
        holder,
        from: wholeSecond(from),
        to: to === undefined ? Number.POSITIVE_INFINITY : wholeSecond(to),
      }
      // It was over before it was recorded: nobody wrote it down.
      if (relation.to < relation.from) return
      const known = of.get(patient)
      if (known === undefined) of.set(patient, [relation])
      else known.push(relation)
      const who = holder >= 0 ? hospital.actors[holder]!.id : hospital.units[-1 - holder]!.code
      const end = to === undefined ? '' : isoOf(relation.to)
      file.line(`${who},${hospital.patients[patient]!.id},${kind},${isoOf(relation.from)},${end}`)
    },
    addShift(actor, unit, from, to) {
      const shift = { unit, from: wholeSecond(from), to: wholeSecond(to) }
      const known = shifts.get(actor)
      if (known === undefined) shifts.set(actor, [shift])
      else known.push(shift)
      shiftFile.line(
        `${hospital.actors[actor]!.id},${hospital.units[unit]!.code},${isoOf(shift.from)},${isoOf(shift.to)}`,
      )
    },
    explains(actor, patient, at) {
      for (const one of of.get(patient) ?? []) {
        if (at < one.from || at > one.to) continue
        if (one.holder === actor || (one.holder < 0 && inUnit(actor, -1 - one.holder, at))) return true
      }
      return false
    },
    forget(before) {
      const limit = before - DAY_MS
      for (const [patient, all] of of) {
        const left = all.filter((one) => one.to >= limit)
        if (left.length === 0) of.delete(patient)
        else if (left.length < all.length) of.set(patient, left)
      }
      for (const [actor, all] of shifts)
        shifts.set(
          actor,
          all.filter((one) => one.to >= limit),
        )
    },
    get counts() {
      return { relations: file.rows, shifts: shiftFile.rows }
    },
    close() {
      file.close()
      shiftFile.close()
    },
  }
}
