import type { Actor } from '../kernel/actor.ts'
import type { Decide, Decision } from '../policy/decide.ts'
import type { Facts } from '../policy/facts.ts'
import type { ChartKeys } from './chart-keys.ts'
import { type FactsFor, missing, STRANGER } from './facts-for.ts'
import type { Fetched, SealedRow } from './own-chart.ts'
import type { Carers } from './relations/carers.ts'
import { standingsOfRows } from './relations/standings-of-rows.ts'

export type DecideOnRecord = ReturnType<typeof createDecideOnRecord>
/** A decision, and the facts it was made of. */
export type Decided = { readonly decision: Decision; readonly facts: Facts }

type Needs = {
  readonly carers: Carers
  readonly keys: ChartKeys
  readonly decide: Decide
  readonly factsFor: FactsFor
}

/**
 * Decides on reading what was fetched for an actor; `carer` is the token of the actor's own record.
 *
 * Where the row itself does not permit, its patients may: who is refused has asked as much, whatever is there. An older
 * version is for who may read the newest too: what is restricted now was not open before. What is not there is decided on
 * as its decoy and as something unknown, and what is there too, so that both take as long.
 */
export function createDecideOnRecord({ carers, keys, decide, factsFor }: Needs) {
  return async function decideOnRecord(actor: Actor, carer: Buffer, type: string, fetched: Fetched): Promise<Decided> {
    const row = fetched.row ?? fetched.decoy
    const newest = row?.newest
    const labels = row === undefined ? [] : [keys.label(row)]
    if (row !== undefined && newest !== undefined) labels.push(keys.label({ ...row, ...newest }))
    const found = labels.map((label) => ({ row: row as SealedRow, label }))
    const decided = (facts: Facts): Decided => ({ facts, decision: decide(facts) })
    const first = found.map((one) => decided(factsFor(actor, 'read', one.label, one.row)))
    const refused = (all: readonly Decided[]) => all.find((one) => !one.decision.permitted)
    const permitted = refused(first) === undefined && labels.every((label) => label.patients === undefined)
    if (fetched.row !== undefined && permitted) return first[0] as Decided
    const standingOf = await standingsOfRows(carers, carer, found)
    const each = found.map((one) => decided(factsFor(actor, 'read', one.label, standingOf(one))))
    const unknown = decided(factsFor(actor, 'read', missing(type), STRANGER))
    return fetched.row === undefined ? unknown : (refused(each) ?? (each[0] as Decided))
  }
}
