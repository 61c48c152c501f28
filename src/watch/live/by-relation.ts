import type { Happening } from '../../ledger/happening.ts'
import type { Decide } from '../../policy/decide.ts'
import { type Act, scopesCover } from '../../policy/facts.ts'
import type { Class } from '../access.ts'
import { typeOf } from './access-of.ts'

const ACTS: Readonly<Record<Happening['action'], Act>> = { C: 'create', R: 'read', U: 'update', D: 'delete', E: 'read' }
const NO_PATIENT_OF_THEIRS = '\0'

/**
 * Whether an access rests on a relation: whoever could do it without any relation to the patient is not explained by one;
 * whoever could not was permitted by a relation, and the ledger says by which.
 */
export const createByRelation =
  (decide: Decide) =>
  (happening: Happening): boolean => {
    const { actor, action, purpose } = happening
    const type = typeOf(happening)
    const act = ACTS[action]
    return !decide({
      kind: actor.kind,
      role: actor.role,
      act,
      type,
      ofPatient: true,
      labels: [],
      scopeCovers: scopesCover(actor, act, { type, patient: NO_PATIENT_OF_THEIRS, categories: 'any' }),
      relations: [],
      purpose,
      strength: actor.strength ?? 'none',
      consent: 'silent',
    }).permitted
  }

/** What the ledger says of the reason for an access. A broken glass explains weakly. */
export const explainedBy = (
  { interaction, purpose }: Pick<Happening, 'interaction' | 'purpose'>,
  byRelation: boolean,
): Class => (interaction === 'break-glass' || purpose === 'ETREAT' ? 'weak' : byRelation ? 'explained' : 'unexplained')
