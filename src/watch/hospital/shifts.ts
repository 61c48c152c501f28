type Shift = { readonly unit: number; readonly from: number; readonly to: number }

/** Who was to work where, and when. Times are minutes since 1970. */
export function createShifts() {
  const shifts = new Map<number, Shift[]>()

  /** The place after the last shift that begins at or before a minute. */
  function after(own: readonly Shift[], minute: number): number {
    let low = 0
    let high = own.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((own[middle] as Shift).from <= minute) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    add(actor: number, unit: number, from: number, to: number) {
      const own = shifts.get(actor)
      if (own === undefined) shifts.set(actor, [{ unit, from, to }])
      else own.splice(after(own, from), 0, { unit, from, to })
    },
    /** Whether anything is known of the shifts of somebody. */
    known: (actor: number): boolean => shifts.has(actor),
    /** Calls `visit` for every shift that holds at a minute or lies at most `within` minutes from it; `away` is 0 inside. */
    visit(actor: number, minute: number, within: number, visit: (unit: number, away: number) => void) {
      const own = shifts.get(actor)
      if (own === undefined) return
      for (let at = after(own, minute + within) - 1, seen = 0; at >= 0 && seen < 4; at--, seen++) {
        const { unit, from, to } = own[at] as Shift
        const away = minute < from ? from - minute : minute > to ? minute - to : 0
        if (away <= within) visit(unit, away)
      }
    },
    /** Forgets the shifts that ended before a minute. */
    forget(before: number) {
      for (const [actor, own] of shifts) {
        const kept = own.filter((one) => one.to >= before)
        if (kept.length < own.length) shifts.set(actor, kept)
      }
    },
  }
}
