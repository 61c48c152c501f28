import { hash } from 'node:crypto'
import type { Lasts } from './held-relations.ts'

/**
 * What a sealed label keeps of one relation or membership that its record says: which, by what element, how long, and
 * the token of whoever said it and gains by it. Names and elements are hashes, for their length.
 */
export type Tie = readonly [name: string, element: string, from: number | null, until: number | null, by?: string]

export type Claim = {
  readonly name: string
  readonly element: unknown
  readonly lasts: Lasts
  /** Token of who gains: a person, or all of a unit. */
  readonly gains: string
}

/** Who writes. */
export type Author = {
  /** Token of their own record; empty for who has none. */
  readonly token: string
  /** Tokens of all they belong to, themselves included. */
  readonly belongs: { has(token: string): boolean }
  /** Whether policy takes their word for a relation that somebody else declared of themselves. */
  readonly mayConfirm: boolean
}

/** Words for the eye change nothing of who is meant. */
const WORDS = new Set(['id', 'extension', 'display', 'text'])
const print = (text: string): string => hash('sha256', text, 'base64url').slice(0, 12)
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([key]) => !WORDS.has(key))
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, one]) => [key, plain(one)]),
        )
      : value

const lastsWithin = ([from, until]: Lasts, [, , widestFrom, widestUntil]: Tie): boolean =>
  (widestFrom === null || (from !== null && from >= widestFrom)) &&
  (widestUntil === null || (until !== null && until <= widestUntil))

/**
 * Whose word each claim of a new version is. What its author gains by is self-declared, unless the version before said
 * the very same, for as long, by another's word. What somebody declared of themselves stays so while others write on the
 * record, until one who may confirm it changes the very element. `moved`: the record is of another patient now, and what
 * it said before of itself is nobody's word about that one.
 */
export function settleTies(
  claims: readonly Claim[],
  before: readonly Tie[] | undefined,
  moved: boolean,
  author: Author,
): Tie[] {
  const earlier = new Map((before ?? []).map((tie) => [tie[0], tie]))
  return claims.map(({ name, element, lasts, gains }) => {
    const [key, what] = [print(name), print(JSON.stringify(plain(element)))]
    const old = earlier.get(key)
    const same = old !== undefined && old[1] === what
    const by = author.belongs.has(gains)
      ? same && !moved && lastsWithin(lasts, old)
        ? old[4]
        : author.token
      : same || !author.mayConfirm
        ? old?.[4]
        : undefined
    return by === undefined ? [key, what, ...lasts] : [key, what, ...lasts, by]
  })
}
