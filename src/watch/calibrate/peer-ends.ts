/** By group and score, the most that each of its people came to, fading by their days of work. */
export type SavedPeerEnds = Map<string, Map<number, number>>

const FADES = 0.98
/** Of fewer, one person is what is usual. */
const FEWEST = 3

/**
 * The most that is usual among the peers of a group, by what a second one of them does too: nobody raises it alone, however
 * many days they take for it.
 */
export function createPeerEnds(saved: SavedPeerEnds = new Map()) {
  return {
    note(group: string, score: number, person: number, value: number) {
      const key = `${group} ${score}`
      const most = saved.get(key) ?? new Map<number, number>()
      saved.set(key, most)
      most.set(person, Math.max((most.get(person) ?? 0) * FADES, value))
    },
    /** Infinity while too few are known. */
    end(group: string, score: number): number {
      const all = saved.get(`${group} ${score}`)
      if (all === undefined || all.size < FEWEST) return Number.POSITIVE_INFINITY
      let [most, second] = [0, 0]
      for (const value of all.values()) {
        if (value > most) [most, second] = [value, most]
        else if (value > second) second = value
      }
      return second
    },
    save: (): SavedPeerEnds => saved,
  }
}
