/** What was last seen when, the oldest first: a Map keeps the order of insertion. Times MUST not go back. */
export type Within = Map<number, number>

/** Beyond this many the count stands still: every bound it is held against lies far below. */
const MOST = 2048

function prune(within: Within, milliseconds: number, now: number) {
  for (const [thing, at] of within) {
    if (now - at <= milliseconds) return
    within.delete(thing)
  }
}

/** Notes a thing and returns how many different ones were seen within so many milliseconds. */
export function noteWithin(within: Within, milliseconds: number, thing: number, now: number): number {
  prune(within, milliseconds, now)
  within.delete(thing)
  if (within.size < MOST) within.set(thing, now)
  return within.size
}

export function countWithin(within: Within, milliseconds: number, now: number): number {
  prune(within, milliseconds, now)
  return within.size
}
