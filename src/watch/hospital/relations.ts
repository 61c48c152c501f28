export const RELATION_KINDS = [
  'encounter',
  'appointment',
  'order',
  'referral',
  'care-team',
  'task',
  'on-call',
  'consult',
  'proxy',
  'consent',
] as const
export type RelationKind = (typeof RELATION_KINDS)[number]

export const isRelationKind = (word: string): word is RelationKind =>
  (RELATION_KINDS as readonly string[]).includes(word)

/** Times are minutes since 1970; an end that is not known is FOREVER. */
export const FOREVER = 0x7fffffff
export const minuteOf = (at: number): number => Math.floor(at / 60_000)

const NONE = -1
const FIRST_ROOM = 1024

export type Relations = ReturnType<typeof createRelations>

/**
 * Who has to do with which patient, and when: 17 bytes a relation in typed arrays, chained by patient. `who` is the number
 * of a person or of a unit.
 */
export function createRelations() {
  let room = FIRST_ROOM
  let who = new Int32Array(room)
  let from = new Int32Array(room)
  let to = new Int32Array(room)
  let next = new Int32Array(room)
  let kinds = new Uint8Array(room)
  const heads = new Map<number, number>()
  let used = 0
  let free = NONE
  let count = 0

  function grow() {
    room *= 2
    const wider = (old: Int32Array) => {
      const grown = new Int32Array(room)
      grown.set(old)
      return grown
    }
    who = wider(who)
    from = wider(from)
    to = wider(to)
    next = wider(next)
    const more = new Uint8Array(room)
    more.set(kinds)
    kinds = more
  }

  function place(): number {
    if (free !== NONE) {
      const index = free
      free = next[index] as number
      return index
    }
    if (used === room) grow()
    return used++
  }

  return {
    add(actorOrUnit: number, patient: number, kind: RelationKind, fromMinute: number, toMinute: number) {
      const index = place()
      who[index] = actorOrUnit
      from[index] = fromMinute
      to[index] = toMinute
      kinds[index] = RELATION_KINDS.indexOf(kind)
      next[index] = heads.get(patient) ?? NONE
      heads.set(patient, index)
      count++
    },
    /** Calls `visit` for every relation of a patient. */
    visit(patient: number, visit: (who: number, kind: number, from: number, to: number) => void) {
      for (let at = heads.get(patient) ?? NONE; at !== NONE; at = next[at] as number)
        visit(who[at] as number, kinds[at] as number, from[at] as number, to[at] as number)
    },
    /** Forgets what ended before a minute. Returns how many relations that were. */
    forget(before: number): number {
      let forgotten = 0
      for (const [patient, head] of heads) {
        let last = NONE
        for (let at = head; at !== NONE; ) {
          const following = next[at] as number
          if ((to[at] as number) >= before) last = at
          else {
            if (last !== NONE) next[last] = following
            else if (following === NONE) heads.delete(patient)
            else heads.set(patient, following)
            next[at] = free
            free = at
            forgotten++
          }
          at = following
        }
      }
      count -= forgotten
      return forgotten
    },
    get size() {
      return count
    },
  }
}
