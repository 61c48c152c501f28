import { hash } from 'node:crypto'

export type Random = ReturnType<typeof createRandom>

/** The same numbers for the same seed, on every machine (mulberry32). Not for secrets. */
export function createRandom(seed: string) {
  let state = Number.parseInt(hash('sha256', seed).slice(0, 8), 16)
  /** From 0 to 1, 1 excluded. */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    /** A whole number from `low` to `high`, both included. */
    whole: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
    /** Around 0, mostly within one `width`, never beyond two. */
    around: (width: number) => (next() + next() + next() + next() - 2) * width,
  }
}
