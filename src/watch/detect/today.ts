import { SCORES } from './scores.ts'

const BUCKETS = 16
/** So many others may stand out in the same way before it counts as what everybody does today. */
const ALONE = 1

export type SavedToday = {
  readonly day: number
  readonly counts: readonly Int32Array[]
  readonly reached: Map<number, Int8Array>
}

/**
 * How many stand out today, in the same way: when a clinic vaccinates or a rota changes, many do at once, and none of them is
 * more remarkable than their number says. What stands out in two people is judged as before.
 */
export function createToday(saved?: SavedToday) {
  let day = saved?.day ?? -1
  const counts = saved?.counts ?? SCORES.map(() => new Int32Array(BUCKETS))
  const reached = saved?.reached ?? new Map<number, Int8Array>()
  return {
    turn(now: number) {
      if (now === day) return
      day = now
      for (const one of counts) one.fill(0)
      reached.clear()
    },
    works(actor: number) {
      if (!reached.has(actor)) reached.set(actor, new Int8Array(SCORES.length).fill(-1))
    },
    /** Notes that a score of somebody's day lies so many nats beyond the usual. */
    note(actor: number, score: number, nats: number) {
      const own = reached.get(actor)
      const bucket = Math.min(BUCKETS - 1, Math.floor(nats))
      if (own === undefined || bucket <= (own[score] as number)) return
      const count = counts[score] as Int32Array
      if ((own[score] as number) >= 0) count[own[score] as number] = (count[own[score] as number] as number) - 1
      count[bucket] = (count[bucket] as number) + 1
      own[score] = bucket
    },
    /** -ln of the share of those at work today who stand out at least half as much; Infinity when hardly anybody does. */
    bound(score: number, nats: number): number {
      let others = -1 - ALONE
      const count = counts[score] as Int32Array
      for (let bucket = Math.floor(nats / 2); bucket < BUCKETS; bucket++) others += count[bucket] as number
      return others <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, -Math.log(others / Math.max(1, reached.size)))
    },
    save: (): SavedToday => ({ day, counts, reached }),
  }
}
