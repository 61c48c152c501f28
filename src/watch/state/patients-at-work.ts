import { setRecent } from './recent.ts'

const DAY = 86_400_000
const MOST_PATIENTS = 100_000
const ENOUGH = 3

type AtWork = { readonly since: number; readonly actors: Set<number> }

/**
 * Patients whom several others have opened within a day: somebody is caring for them, even when nobody has written it down
 * yet. It lowers the count of unexplained patients, and never what speaks against an access.
 */
export function createPatientsAtWork(patients = new Map<number, AtWork>()) {
  return {
    note(patient: number, actor: number, at: number) {
      const known = patients.get(patient)
      if (known === undefined || at - known.since > DAY)
        setRecent(patients, patient, { since: at, actors: new Set([actor]) }, MOST_PATIENTS)
      else if (known.actors.size <= ENOUGH) known.actors.add(actor)
    },
    /** Whether enough others have opened the chart. */
    isAtWork(patient: number, actor: number, at: number): boolean {
      const known = patients.get(patient)
      if (known === undefined || at - known.since > DAY) return false
      return known.actors.size - (known.actors.has(actor) ? 1 : 0) >= ENOUGH
    },
    save: () => patients,
  }
}
