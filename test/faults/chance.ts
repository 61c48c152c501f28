/** Numbers that look random and repeat for the same seed (mulberry32). */
export type Chance = {
  /** From 0 up to 1, without 1. */
  next(): number
  /** A whole number from 0 up to `below`, without it. */
  below(below: number): number
  pick<T>(some: readonly T[]): T
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { next, below, pick: (some) => some[below(some.length)] as (typeof some)[number] }
}
