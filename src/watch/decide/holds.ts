import type { Step } from '../access.ts'

/** What is held: one session, everything of one person or client, everything from one place, or the whole hospital. */
export type HeldKind = 'session' | 'actor' | 'network' | 'tenant'
/** Whose work stops by a measure: one person's, or many people's, which takes two to decide. */
export const isWide = (kind: HeldKind): boolean => kind === 'network' || kind === 'tenant'
/** What a measure of the kind `tenant` is on. */
export const EVERYTHING = 'everything'

/** One measure that is in force until it expires or somebody undoes it. Times are milliseconds since 1970. */
export type Hold = {
  readonly id: string
  readonly kind: HeldKind
  readonly what: string
  readonly step: Step
  readonly since: number
  readonly until: number
  readonly why: string
  /** Who decided it: the watch itself, or the name of a person. */
  readonly by: string
}

/** Decided here, and known nowhere else yet. */
const UNSTORED = 'hold-'
export const isUnstored = ({ id }: Hold): boolean => id.startsWith(UNSTORED)

export type Holds = ReturnType<typeof createHolds>

export function createHolds(saved: readonly Hold[] = []) {
  const held = new Map<string, Hold>(saved.map((one) => [`${one.kind} ${one.what}`, one]))
  let last = saved.length

  const at = (kind: HeldKind, what: string, now: number): Hold | undefined => {
    if (held.size === 0 || what === '') return undefined
    const key = `${kind} ${what}`
    const found = held.get(key)
    if (found === undefined || found.until > now) return found
    held.delete(key)
    return undefined
  }

  return {
    /** Puts something on hold. What is held already stays held until the later of both ends. */
    put(hold: Omit<Hold, 'id'>): Hold {
      const key = `${hold.kind} ${hold.what}`
      const earlier = at(hold.kind, hold.what, hold.since)
      const placed: Hold = {
        ...hold,
        id: earlier?.id ?? `${UNSTORED}${++last}`,
        until: Math.max(hold.until, earlier?.until ?? 0),
      }
      held.set(key, placed)
      return placed
    },
    /** Takes in a measure that was decided elsewhere, in the place of the same one decided here. */
    adopt: (hold: Hold) => void held.set(`${hold.kind} ${hold.what}`, hold),
    find: (session: string, actor: string, network: string, now: number): Hold | undefined =>
      at('session', session, now) ?? at('actor', actor, now) ?? at('network', network, now),
    /** What is in force for everybody. */
    overall: (now: number): Hold | undefined => at('tenant', EVERYTHING, now),
    /** Ends a hold before its time. Returns it, or undefined when there is none of that id. */
    undo(id: string): Hold | undefined {
      for (const [key, one] of held)
        if (one.id === id) {
          held.delete(key)
          return one
        }
      return undefined
    },
    all: (now: number): Hold[] => [...held.values()].filter((one) => one.until > now),
  }
}
