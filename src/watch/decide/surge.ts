import { countWithin, noteWithin, type Within } from '../state/within.ts'

const HOUR = 3_600_000
const LEAST_ACTORS = 5

export type SavedSurge = { readonly working: Within; readonly busier: Within }

/**
 * Whether many are busier than usual at once: a mass casualty, a new ward, a new rota. One thief is never many; what binds
 * one person alone is loosened while a twentieth of those at work are beyond what is usual for them.
 */
export function createSurge({ working, busier }: SavedSurge = { working: new Map(), busier: new Map() }) {
  return {
    works: (actor: number, at: number) => void noteWithin(working, HOUR, actor, at),
    isBusier: (actor: number, at: number) => void noteWithin(busier, HOUR, actor, at),
    /** 1 in ordinary hours, up to 3 in a surge. */
    factor(at: number): number {
      const many = countWithin(busier, HOUR, at)
      if (many < LEAST_ACTORS) return 1
      const share = many / Math.max(1, countWithin(working, HOUR, at))
      return share < 0.05 ? 1 : Math.min(3, 1 + share * 10)
    },
    save: (): SavedSurge => ({ working, busier }),
  }
}
