import type { Chance } from './chance.ts'
import { createTail, DOUBTFUL, type SavedTail, type Tail } from './tail.ts'

/** A group of peers is believed from this many days of work on; until then all of the hospital stand in for it. */
const ENOUGH = 150

export type SavedPeerTails = readonly (readonly [string, readonly SavedTail[]])[]

/** For each score, of which the grain is given, what is usual among the peers of a group, and among everybody. */
export function createPeerTails(
  chance: Chance,
  grains: readonly number[],
  saved: SavedPeerTails = [],
  doubtful = DOUBTFUL,
) {
  const everybody = '\0everybody'
  const groups = new Map<string, Tail[]>(
    saved.map(([group, tails]) => [group, tails.map((one, at) => createTail(chance, doubtful, one, grains[at]))]),
  )
  const of = (group: string): Tail[] => {
    const known = groups.get(group)
    if (known !== undefined) return known
    const fresh = grains.map((grain) => createTail(chance, doubtful, undefined, grain))
    groups.set(group, fresh)
    return fresh
  }
  const all = of(everybody)
  return {
    add(group: string, score: number, value: number) {
      if (value === Number.NEGATIVE_INFINITY) return
      of(group)[score]?.add(value)
      all[score]?.add(value)
    },
    /** The p-value of a score: among the peers when they are enough, else among everybody. */
    p(group: string, score: number, value: number): number {
      const own = groups.get(group)?.[score]
      return own !== undefined && own.size >= ENOUGH ? own.p(value) : (all[score] as Tail).p(value)
    },
    /** The end of what is usual for a group; undefined until it is known. */
    end: (group: string, score: number): number | undefined => groups.get(group)?.[score]?.end(),
    seen: (score: number): number => (all[score] as Tail).seen,
    save: (): SavedPeerTails => [...groups].map(([group, tails]) => [group, tails.map((one) => one.save())] as const),
  }
}
