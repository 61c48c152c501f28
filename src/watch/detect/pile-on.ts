import { setRecent, useRecent } from '../state/recent.ts'
import { noteWithin, type Within } from '../state/within.ts'

const TWO_DAYS = 172_800_000
const MOST_PATIENTS = 50_000

/** How many different people opened a chart within two days without anything that explains it. */
export function createPileOn(patients = new Map<number, Within>()) {
  return {
    note(patient: number, actor: number, at: number): number {
      const onlookers = useRecent(patients, patient) ?? setRecent(patients, patient, new Map(), MOST_PATIENTS)
      return noteWithin(onlookers, TWO_DAYS, actor, at)
    },
    onlookers: (patient: number): number[] => [...(patients.get(patient)?.keys() ?? [])],
    save: () => patients,
  }
}
