import type { Chance } from './chance.ts'

const ROOM = 2048
const LEAST = 30
/** The share of the baseline that may be an attacker's own doing: these values say nothing of what is usual. */
export const DOUBTFUL = 0.003
const TAIL = 0.05
const BEYOND = 30
const HARDLY = 0.3

export type Tail = ReturnType<typeof createTail>
export type SavedTail = { readonly values: readonly number[]; readonly seen: number }

/**
 * How unusual a value is among its peers: the share of the baseline at or above it (a conformal p-value), and beyond the
 * baseline an exponential tail through its upper twentieth. The highest of them (0.3 % when not said) count as censored, so that few poisoned days
 * move neither the scale nor the end of it. `grain` is the least difference that means anything. The baseline is a sample that ages: each value lives for ROOM later ones.
 */
export function createTail(chance: Chance, doubtfulShare = DOUBTFUL, saved?: SavedTail, grain = 0) {
  const values: number[] = saved === undefined ? [] : [...saved.values]
  let seen = saved?.seen ?? 0
  let sorted: Float64Array = new Float64Array(0)
  let stale = values.length
  let scale = 1
  let end = 0

  function sort() {
    sorted = Float64Array.from(values).sort()
    stale = 0
    const n = sorted.length
    const kept = n - Math.floor(n * doubtfulShare) - 1
    const start = Math.min(kept, Math.floor(n * (1 - TAIL)))
    const low = sorted[start] as number
    end = sorted[kept] as number
    let excess = (n - 1 - kept) * (end - low)
    for (let at = start + 1; at <= kept; at++) excess += (sorted[at] as number) - low
    // Censored maximum likelihood of the exponential; never finer than a twentieth of the whole spread, or the grain.
    const spread = end - (sorted[Math.floor(n / 2)] as number)
    scale = Math.max(excess / Math.max(1, kept - start), spread / 20, grain, 1e-6)
  }

  /** What lies more than thirty times beyond all that was ever seen is ordered, but hardly believed. */
  function slowed(p: number): number {
    const least = 1 / (BEYOND * (sorted.length + 1))
    return p >= least ? p : least * (p / least) ** HARDLY
  }

  return {
    add(value: number) {
      seen++
      if (values.length < ROOM) values.push(value)
      else values[Math.floor(chance() * ROOM)] = value
      stale++
    },
    /** The probability of a value this high or higher among the peers; 1 until there are enough of them. */
    p(value: number): number {
      const n = values.length
      if (n < LEAST || value === Number.NEGATIVE_INFINITY) return 1
      if (stale > Math.max(16, n / 16) || sorted.length === 0) sort()
      const doubtful = Math.floor(sorted.length * doubtfulShare)
      if (value > end) return slowed(((doubtful + 1) / (sorted.length + 1)) * Math.exp(-(value - end) / scale))
      let low = 0
      let high = sorted.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((sorted[middle] as number) < value) low = middle + 1
        else high = middle
      }
      return Math.max(sorted.length - low, doubtful + 1) / (sorted.length + 1)
    },
    get size() {
      return values.length
    },
    get seen() {
      return seen
    },
    /** The end of what is usual: the value only the doubtful share of the baseline reach; undefined until there is enough of it. */
    end(): number | undefined {
      if (values.length < LEAST * 4) return undefined
      if (stale > Math.max(16, values.length / 16) || sorted.length === 0) sort()
      return end
    },
    /** What is saved is sorted anew on both sides, so that a copy goes on exactly as the original does. */
    save(): SavedTail {
      sorted = new Float64Array(0)
      return { values: [...values], seen }
    },
  }
}
