import type { Actor } from '../../kernel/actor.ts'
import type { Decide } from '../../policy/decide.ts'
import type { Obligation } from '../../policy/obligations.ts'
import { type FactsFor, missing, STRANGER } from '../facts-for.ts'
import { maskResource } from './mask-resource.ts'

export type Masking = ReturnType<typeof createMasking>

/** What policy obliges us to mask, by the class of who asks, and the one way in which it is done. */
export function createMasking({ decide, factsFor }: { decide: Decide; factsFor: FactsFor }) {
  // An actor is of one request, and a page of one type: asked once, not for every record on it.
  const known = new WeakMap<Actor, Map<string, readonly Obligation[]>>()

  function obligationsOf(actor: Actor, type: string): readonly Obligation[] {
    let byType = known.get(actor)
    if (byType === undefined) {
      byType = new Map()
      known.set(actor, byType)
    }
    let obligations = byType.get(type)
    if (obligations === undefined) {
      obligations = decide(factsFor(actor, 'read', missing(type), STRANGER)).obligations
      byType.set(type, obligations)
    }
    return obligations
  }

  return {
    obligationsOf,
    /** The record as this actor may have it: the very bytes when there is nothing to mask. */
    masked(actor: Actor, type: string, json: Buffer): Buffer {
      return maskResource(json, obligationsOf(actor, type))
    },
    maskedText(actor: Actor, type: string, text: string): string {
      const obligations = obligationsOf(actor, type)
      return obligations.length === 0 ? text : maskResource(Buffer.from(text), obligations).toString()
    },
  }
}
