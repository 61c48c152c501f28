import type { KeyObject } from 'node:crypto'
import type { Actor } from '../../kernel/actor.ts'
import type { Told } from '../relations/carers.ts'
import type { Lasts } from '../relations/held-relations.ts'
import { openMemberships, windowHolds } from '../relations/held-relations.ts'
import { within } from '../relations/memberships-of.ts'
import { MOST_UNITS } from '../relations/relations-of-carer.ts'
import { SOMEWHERE, tieToken } from '../relations/tie-token.ts'
import type { Tokens } from '../tokens.ts'

type Opened = { readonly token: string; readonly known: boolean; readonly windows: readonly Lasts[] }

const MOST_KEPT = 2_000
/** What a consent may name that is more than one person. */
const MANY = ['Group', 'CareTeam', 'PractitionerRole', 'Organization']

export type Asking = Pick<Actor, 'kind' | 'fhirUser'>

export type Belonging = {
  /** Types of which it is not known what the actor belongs to. */
  readonly unresolved: readonly string[]
  readonly belongs: (reference: string) => boolean | undefined
}

const NOT_KNOWN: Belonging = { unresolved: MANY, belongs: () => undefined }
/** An app is in no team or group; whose it is, is not known. */
const APP: Belonging = { unresolved: ['Organization'], belongs: () => false }

/**
 * What somebody belongs to at a moment, as consents ask it: by roles, teams and groups, and upward through organisations.
 * Not known: of a person without a record of their own; of who works in no organisation that is known, in which; and who
 * is in a group that lists nobody.
 */
export function createUnitsAt(key: () => KeyObject, tokens: Tokens) {
  const somewhere = tieToken(tokens, SOMEWHERE).toString('hex')
  const kept = new Map<string, readonly Opened[]>()
  const named = new Map<string, readonly string[]>()

  function opened(text: string): readonly Opened[] {
    const found = kept.get(text)
    if (found !== undefined) return found
    const all = (JSON.parse(text) as Told[]).map(([token, known, way]) => ({
      token,
      known,
      windows: openMemberships(key(), way).map(([from, until]): Lasts => [from, until]),
    }))
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string)
    kept.set(text, all)
    return all
  }

  function tokensOf(reference: string): readonly string[] {
    const found = named.get(reference)
    if (found !== undefined) return found
    const both = [reference, within(reference)].map((one) => tieToken(tokens, one).toString('hex'))
    if (named.size >= MOST_KEPT) named.delete(named.keys().next().value as string)
    named.set(reference, both)
    return both
  }

  return function unitsAt({ kind, fhirUser }: Asking, units: string | null, now: number): Belonging {
    if (fhirUser === undefined) return kind === 'client' ? APP : NOT_KNOWN
    const all = units === null ? [] : opened(units)
    if (all.length >= MOST_UNITS) return NOT_KNOWN
    const works = !fhirUser.startsWith('Practitioner/') || all.some(({ token }) => token === somewhere)
    const holding = all.filter(({ windows }) => windows.every((one) => windowHolds(one, now)))
    const tokensBy = (isKnown: boolean) =>
      new Set(holding.flatMap(({ token, known }) => (known === isKnown ? [token] : [])))
    const [known, unknown] = [tokensBy(true), tokensBy(false)]
    return {
      unresolved: works ? [] : ['Organization'],
      belongs(reference) {
        const asked = tokensOf(reference)
        if (asked.some((one) => known.has(one))) return true
        return asked.some((one) => unknown.has(one)) ? undefined : false
      },
    }
  }
}
