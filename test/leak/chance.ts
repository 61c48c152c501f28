/** A seeded source of chance: the same seed makes the same world. */
export type Chance = ReturnType<typeof chanceOf>

export function chanceOf(seed: number) {
  let state = seed >>> 0
  /** mulberry32, in [0, 1). */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (most: number): number => Math.floor(next() * most)
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  /** `count` of them, in their own order. */
  function some<T>(from: readonly T[], count: number): T[] {
    const order = from.map((_, n) => ({ n, key: next() })).sort((a, b) => a.key - b.key)
    const taken = new Set(order.slice(0, count).map(({ n }) => n))
    return from.filter((_, n) => taken.has(n))
  }
  return { next, below, pick, some }
}
