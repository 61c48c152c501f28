import type { Actor } from '../kernel/actor.ts'
import { type Act, type Facts, type Relation, type Scoped, scopesCover } from '../policy/facts.ts'
import type { Label } from './label.ts'

/** The label of a record, or what stands for one while only its type and owner are known. */
export type Labelled = Scoped & Pick<Label, 'patients'>

/**
 * The facts a decision about one record is made of. A record of several patients is nobody's own. What a search
 * finds must be covered for searching and for reading.
 */
export function factsFor(actor: Actor, act: Act | 'search', label: Labelled, inCare: boolean): Facts {
  const self = label.patient !== undefined && actor.fhirUser === `Patient/${label.patient}`
  const relation: Relation = self ? 'self' : inCare ? 'in-care' : 'none'
  const searched = act === 'search'
  return {
    kind: actor.kind,
    role: actor.role,
    act: searched ? 'read' : act,
    type: label.type,
    ofPatient: label.patient !== undefined || (label.patients?.length ?? 0) > 0,
    scopeCovers:
      scopesCover(actor, searched ? 'read' : act, label) && (!searched || scopesCover(actor, 'search', label)),
    relation,
    purpose: actor.purpose,
  }
}

/** Facts about a record that does not exist: of the type asked for, of no patient the actor knows. */
export const factsForMissing = (actor: Actor, act: Act, type: string): Facts =>
  factsFor(actor, act, { type, patient: '' }, false)
