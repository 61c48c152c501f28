import type { Decide } from './decide.ts'
import type { Facts } from './facts.ts'

/** Whose charts a query has to look through: everybody's, or of those only with whom the actor has a relation now. */
export type Scope = 'everybody' | 'related'

/**
 * The policy compiled into the query: who may read nothing of a stranger need not look at strangers, and so a search costs
 * what its asker may see. MUST never leave out what `decide` permits (`scope.test.ts` holds it against `decide`).
 */
export const scopeOf = (decide: Decide, facts: Facts): Scope =>
  decide({ ...facts, relations: [], labels: [], consent: 'permit', ofPatient: true }).permitted
    ? 'everybody'
    : 'related'
