import type { Act } from '../policy/facts.ts'
import type { Span } from './date-span.ts'

/** What is about to happen: an act of policy, or `disclose`, a release to somebody outside. */
export type ConsentAct = Act | 'disclose'

export type ConsentActor = {
  /** The actor's own record, roles, organisations, units, teams and groups: `Practitioner/x`, `Organization/y`, … */
  readonly references: readonly string[]
  /** Whether the actor is of the unit, role, team or group of a reference; undefined when that cannot be known. */
  readonly belongs?: (reference: string) => boolean | undefined
  /** Types of reference that were not looked up, such as `Group`: a rule that names one cannot be decided. */
  readonly unresolved?: readonly string[]
  /** `identifier:system|value` of all of them (`identifierText`); absent: not looked up. */
  readonly identifiers?: readonly string[]
  /** The app in use; a consent names it by an identifier of the system CLIENT_IDS. */
  readonly client?: string
  /** Treats patients, in the hospital's own judgement. For implicit policies only. */
  readonly clinician?: boolean
}

/** What the record is. What is absent is not known (yet); an empty list or null is known to be nothing. */
export type ConsentRecord = {
  /** FHIR resource type; several only when a search covers several. */
  readonly type?: string
  /** `Observation/x`. */
  readonly reference?: string
  /** Bare codes of v3-Confidentiality and v3-ActCode, `system|code` of others: see `securityLabelsOf`. */
  readonly labels?: readonly string[]
  /** `system|code` of the record's codes and categories. */
  readonly codes?: readonly string[]
  /** `system|code` of what kind of document it is: content type, format, document class. */
  readonly documentClasses?: readonly string[]
  /** Every reference that the record holds: encounter, episode, plan, and others. */
  readonly related?: readonly string[]
  /** Who wrote it, and the organisations and roles they wrote for. */
  readonly authors?: readonly string[]
  /** When it was clinically true or written; null when it has no date. */
  readonly clinicalDate?: Span | null
}

export type ConsentQuestion = {
  /** Whose chart: `Patient/x`. To patients themselves, consents are silent. */
  readonly patient: string
  readonly actor: ConsentActor
  /** v3-PurposeOfUse, or `system|code` of another purpose. */
  readonly purpose: string
  /** `system|code` of the research study that asks; a kind of HRESCH. */
  readonly study?: string
  readonly act: ConsentAct
  readonly record: ConsentRecord
  /** Milliseconds since 1970 UTC. */
  readonly now: number
}

export const CLIENT_IDS = 'urn:chartwarden:client-id'
