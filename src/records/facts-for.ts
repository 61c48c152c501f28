import type { Actor } from '../kernel/actor.ts'
import { type Act, type Facts, type Relation, type Scoped, scopesCover } from '../policy/facts.ts'
import type { Label } from './label.ts'
import { labelsOf, type SecurityLabels } from './labelling/security-labels.ts'

/** The label of a record, or what stands for one while only its type and owner are known. */
export type Labelled = Scoped & Pick<Label, 'patients'> & { readonly security?: SecurityLabels | undefined }

/**
 * The facts a decision about one record is made of. A record of several patients is nobody's own. What a search
 * finds must be covered for searching and for reading.
 */
export function factsFor(actor: Actor, act: Act | 'search', label: Labelled, known: readonly Relation[]): Facts {
  const self = label.patient !== undefined && actor.fhirUser === `Patient/${label.patient}`
  const relations = self ? (['self', ...known].sort() as Relation[]) : known
  const searched = act === 'search'
  return {
    kind: actor.kind,
    role: actor.role,
    act: searched ? 'read' : act,
    type: label.type,
    ofPatient: label.patient !== undefined || (label.patients?.length ?? 0) > 0,
    labels: label.labels ?? labelsOf(label.security),
    scopeCovers:
      scopesCover(actor, searched ? 'read' : act, label) && (!searched || scopesCover(actor, 'search', label)),
    relations,
    purpose: actor.purpose,
    strength: actor.strength ?? 'none',
    consent: 'silent',
  }
}

/** Facts about a record that does not exist: of the type asked for, of no patient the actor knows. */
export const factsForMissing = (actor: Actor, act: Act, type: string): Facts =>
  factsFor(actor, act, { type, patient: '' }, [])

/** Relations as the database gives them: `care-team,encounter`, or null. */
export const parseRelations = (text: string | null): readonly Relation[] => {
  if (text === null) return NONE
  let found = parsed.get(text)
  if (found === undefined) {
    found = text.split(',').sort() as Relation[]
    parsed.set(text, found)
  }
  return found
}
const NONE: readonly Relation[] = []
/** There are few combinations, and each is one array. */
const parsed = new Map<string, readonly Relation[]>()

/** What holds with each of several patients. */
export const withEach = (all: readonly (readonly Relation[])[]): readonly Relation[] =>
  all.length === 0 ? NONE : all.reduce((some, one) => some.filter((relation) => one.includes(relation)))
