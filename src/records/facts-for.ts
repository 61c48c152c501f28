import type { Actor } from '../kernel/actor.ts'
import { type Act, type Facts, type Relation, scopesCover } from '../policy/facts.ts'
import type { Label } from './label.ts'

/** The facts a decision about one record is made of. A record of several patients is nobody's own. */
export function factsFor(
  actor: Actor,
  act: Act,
  label: Pick<Label, 'type' | 'patient' | 'patients'>,
  inCare: boolean,
): Facts {
  const self = label.patient !== undefined && actor.fhirUser === `Patient/${label.patient}`
  const relation: Relation = self ? 'self' : inCare ? 'in-care' : 'none'
  return {
    kind: actor.kind,
    role: actor.role,
    act,
    type: label.type,
    ofPatient: label.patient !== undefined || (label.patients?.length ?? 0) > 0,
    scopeCovers: scopesCover(actor.scopes, act, label.type),
    relation,
    purpose: actor.purpose,
  }
}

/** Facts about a record that does not exist: of the type asked for, of no patient the actor knows. */
export const factsForMissing = (actor: Actor, act: Act, type: string): Facts =>
  factsFor(actor, act, { type, patient: '' }, false)
