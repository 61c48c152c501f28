import { setRecent, useRecent } from '../state/recent.ts'
import { noteWithin, type Within } from '../state/within.ts'

const TWO_DAYS = 172_800_000
const MOST_PATIENTS = 50_000
const FEW = 3

export type SavedPileOn = { readonly patients: Map<number, Within>; readonly crowded: Map<number, number> }

/** How many different people opened a chart within two days without anything that explains it. */
export function createPileOn({ patients, crowded }: SavedPileOn = { patients: new Map(), crowded: new Map() }) {
  /** How many other charts draw at least half as many onlookers now: after a disaster, many do. */
  function others(patient: number, count: number): number {
    let many = 0
    for (const [other, onlookers] of crowded) if (other !== patient && onlookers * 2 >= count) many++
    return many
  }
  return {
    /** The onlookers of a chart so far, divided among the charts that draw as many. */
    note(patient: number, actor: number, at: number): number {
      const onlookers = useRecent(patients, patient) ?? setRecent(patients, patient, new Map(), MOST_PATIENTS)
      const count = noteWithin(onlookers, TWO_DAYS, actor, at)
      if (count < FEW) return count
      crowded.set(patient, count)
      return Math.max(FEW, count / (1 + Math.max(0, others(patient, count) - 1)))
    },
    /** Once a day: charts that nobody piles on any more do not count as a crowd. */
    turn(at: number) {
      for (const patient of crowded.keys()) {
        const last = [...(patients.get(patient)?.values() ?? [])].at(-1)
        if (last === undefined || at - last > TWO_DAYS / 2) crowded.delete(patient)
      }
    },
    onlookers: (patient: number): number => patients.get(patient)?.size ?? 0,
    save: (): SavedPileOn => ({ patients, crowded }),
  }
}
