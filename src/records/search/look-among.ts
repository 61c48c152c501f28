import type { Actor } from '../../kernel/actor.ts'
import type { Decide } from '../../policy/decide.ts'
import { scopeOf } from '../../policy/scope.ts'
import { type FactsFor, STRANGER } from '../facts-for.ts'
import type { Tokens } from '../tokens.ts'

/** Whose records a search has to look at: everybody's, or of those only who are related to the carer, and these patients. */
export type Among = 'everybody' | { readonly carer: Buffer; readonly own: readonly Buffer[] }

type Needs = { readonly decide: Decide; readonly factsFor: FactsFor; readonly tokens: Tokens }

/** How much there is of others is nothing to who may read none of it: a bound on what is looked at MUST count these only. */
export function createLookAmong({ decide, factsFor, tokens }: Needs) {
  return function lookAmong(actor: Actor, act: 'read' | 'search', type: string, carer: Buffer): Among {
    const about = { type, patient: actor.launchPatient ?? '', categories: 'any' } as const
    if (scopeOf(decide, factsFor(actor, act, about, STRANGER)) === 'everybody') return 'everybody'
    const own = [actor.fhirUser?.split('/')[1], actor.launchPatient].filter((id) => id !== undefined)
    return { carer, own: own.map((id) => tokens.id('Patient', id)) }
  }
}
