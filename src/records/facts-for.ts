import type { Actor } from '../kernel/actor.ts'
import type { Clock } from '../kernel/clock.ts'
import { TENANT_OWNER } from '../kernel/ids.ts'
import { type Act, type Facts, type Relation, type Scoped, scopesCover } from '../policy/facts.ts'
import type { About } from './consents/about-record.ts'
import type { ConsentEngine, ConsentQuestion } from './consents/consent-engine.ts'
import type { ConsentEntry, SealedConsents } from './consents/owner-consents.ts'
import type { Asking, Belonging } from './consents/units-at.ts'
import type { Label } from './label.ts'
import { labelsOf, type SecurityLabels } from './labelling/security-labels.ts'
import { NO_CARER } from './relations/carers.ts'
import type { HeldRelations } from './relations/held-relations.ts'

/** The label of a record, or what stands for one while only its type and owner are known. */
export type Labelled = Scoped &
  Pick<Label, 'patients'> & {
    readonly id?: string | undefined
    readonly security?: SecurityLabels | undefined
    readonly about?: About | undefined
  }

/** How an actor stands to one patient at this moment, and what that patient's consents are. */
export type Standing = {
  readonly relations: HeldRelations
  readonly consents: SealedConsents | null
}
export const STRANGER: Standing = { relations: { owner: TENANT_OWNER, text: null, carer: NO_CARER }, consents: null }

type Needs = {
  readonly engine: ConsentEngine
  readonly relationsAt: (held: HeldRelations, now: number) => readonly Relation[]
  readonly openConsents: (consents: SealedConsents) => readonly ConsentEntry[]
  readonly unitsAt: (actor: Asking, units: string | null, now: number) => Belonging
  readonly clock: Clock
}
export type FactsFor = ReturnType<typeof createFactsFor>

const CLINICIANS = new Set(['physician', 'resident', 'nurse', 'midwife', 'therapist', 'pharmacist'])

/** Gathers the facts that a decision is made of. */
export function createFactsFor({ engine, relationsAt, openConsents, unitsAt, clock }: Needs) {
  function consentOf(
    actor: Actor,
    act: Act | 'search',
    label: Labelled,
    standings: readonly Standing[],
  ): Facts['consent'] {
    if (label.type === 'AuditEvent') return 'silent'
    // The rule of the house is about people; what its own systems see is decided by their scopes.
    const houseSays =
      actor.kind === 'person' && isOfPatient(label)
        ? engine.whenSilent(actor.purpose, CLINICIANS.has(actor.role))
        : 'silent'
    const verdicts = standings.map(({ consents }) => {
      if (consents === null) return houseSays
      const rules = openConsents(consents).map((one) => one.rules)
      const now = clock.now().getTime()
      const belonging = unitsAt(actor, consents.units, now)
      const { outcome, open } = engine.judge(
        rules,
        questionOf(actor, act === 'search' ? 'read' : act, label, belonging, now),
      )
      // Of an owner's records in general nothing is known yet: each is asked about by itself.
      if (open && label.categories === 'any') return 'permit'
      return outcome === 'silent' ? houseSays : outcome
    })
    if (verdicts.includes('deny')) return 'deny'
    if (verdicts.includes('withheld')) return 'withheld'
    return verdicts.length > 0 && verdicts.every((one) => one === 'permit') ? 'permit' : 'silent'
  }

  /**
   * The facts about one record, of the patient (or the several patients) whom the actor stands to like this. A record of
   * several is nobody's own. What a search finds must be covered for searching and for reading.
   */
  return function factsFor(
    actor: Actor,
    act: Act | 'search',
    label: Labelled,
    known: Standing | readonly Standing[],
  ): Facts {
    const standings = 'relations' in known ? [known] : known
    const now = clock.now().getTime()
    const all = withEach(standings.map((one) => relationsAt(one.relations, now)))
    const self = label.patient !== undefined && actor.fhirUser === `Patient/${label.patient}`
    const relations = self ? (['self', ...all].sort() as Relation[]) : all
    const searched = act === 'search'
    return {
      kind: actor.kind,
      role: actor.role,
      act: searched ? 'read' : act,
      type: label.type,
      ofPatient: isOfPatient(label),
      labels: label.labels ?? labelsOf(label.security),
      scopeCovers:
        scopesCover(actor, searched ? 'read' : act, label) && (!searched || scopesCover(actor, 'search', label)),
      relations,
      purpose: actor.purpose,
      strength: actor.strength ?? 'none',
      consent: consentOf(actor, act, label, standings),
    }
  }
}

const isOfPatient = ({ patient, patients }: Labelled): boolean => patient !== undefined || (patients?.length ?? 0) > 0

/** What stands for a record that does not exist: of the type asked for, of no patient the actor knows. */
export const missing = (type: string): Labelled => ({ type, patient: '' })

function questionOf(actor: Actor, act: Act, label: Labelled, belonging: Belonging, now: number): ConsentQuestion {
  const { type, id, security, about, categories } = label
  const known = categories !== 'any'
  const client = actor.kind === 'client' ? actor.id : actor.act?.kind === 'client' ? actor.act.id : undefined
  return {
    patient: `Patient/${label.patient ?? ''}`,
    actor: {
      references: [actor.fhirUser, actor.unit].filter((one): one is string => one?.includes('/') === true),
      ...belonging,
      ...(client !== undefined && { client }),
      clinician: CLINICIANS.has(actor.role),
    },
    purpose: actor.purpose,
    act,
    record: {
      type,
      ...(known && {
        labels: [security?.confidentiality ?? 'N', ...(security?.sensitivities ?? []), ...(security?.policies ?? [])],
        ...(id !== undefined && { reference: `${type}/${id}` }),
        ...(about !== undefined && {
          codes: about.codes ?? [],
          related: about.related ?? [],
          authors: about.authors ?? [],
          clinicalDate: about.date ?? null,
        }),
      }),
    },
    now,
  }
}

/** What holds with each of several patients. */
const NONE: readonly Relation[] = []
const withEach = (all: readonly (readonly Relation[])[]): readonly Relation[] =>
  all.length === 0 ? NONE : all.reduce((some, one) => some.filter((relation) => one.includes(relation)))
