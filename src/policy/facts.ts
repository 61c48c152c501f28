import type { Actor, Scope, Strength } from '../kernel/actor.ts'

export const ACTS = [
  'read',
  'create',
  'create-with-id',
  'update',
  'delete',
  'break-glass',
  'record-consent',
  'record-relation',
] as const
export type Act = (typeof ACTS)[number]

/** Why an actor has to do with a patient: themself, by a record (docs/policy.md), or by breaking the glass. */
export const RELATIONS = [
  'appointment',
  'break-glass',
  'care-team',
  'consent',
  'consult',
  'encounter',
  'general-practitioner',
  'group',
  'on-call',
  'order',
  'proxy',
  'referral',
  'self',
  'self-declared',
  'task',
  'ward',
] as const
export type Relation = (typeof RELATIONS)[number]

export const CONSENTS = ['permit', 'deny', 'silent', 'withheld'] as const

/** All that a decision may depend on: classes, never identities, so that equal facts decide alike. */
export type Facts = {
  readonly kind: Actor['kind']
  readonly role: string
  readonly act: Act
  readonly type: string
  readonly ofPatient: boolean
  /** Above-normal confidentiality, sensitivities and policies of the record's security label. */
  readonly labels: readonly string[]
  readonly scopeCovers: boolean
  /** Every relation that holds now; with a record of several patients, those that hold with each. */
  readonly relations: readonly Relation[]
  readonly purpose: string
  /** How the actor proved who they are; `none` when nothing says. */
  readonly strength: Strength | 'none'
  /** What the patient's consents say of this very act; `withheld` when nothing, and the house then wants one. */
  readonly consent: (typeof CONSENTS)[number]
}

/** What SMART scopes speak of in a record. */
export type Scoped = {
  readonly type: string
  /** FHIR id of the one patient it belongs to. */
  readonly patient?: string | undefined
  /** As in `Facts`. */
  readonly labels?: readonly string[] | undefined
  /** `system|code` of each category; `any` before one record is looked at: whether some record could be covered. */
  readonly categories?: readonly string[] | 'any' | undefined
}

/** SMART App Launch 2.2, scopes: `u` covers an update that creates; so `c` alone cannot try out which ids are taken. */
const LETTERS: Record<Act | 'search', string> = {
  read: 'r',
  search: 's',
  create: 'c',
  'create-with-id': 'u',
  update: 'u',
  delete: 'd',
  'break-glass': 'r',
  'record-consent': '',
  'record-relation': '',
}

/**
 * Whether the SMART scopes (v2 letters; v1 words are parsed to them) cover the act on such a record: `patient/`
 * covers records of the patient of the launch only, and every constraint (`?category=…`) must hold.
 */
export function scopesCover(
  { scopes, launchPatient }: Pick<Actor, 'scopes' | 'launchPatient'>,
  act: Act | 'search',
  { type, patient, categories }: Scoped,
): boolean {
  const letter = LETTERS[act]
  return scopes.some(
    (scope) =>
      (scope.type === '*' || scope.type === type) &&
      scope.may.includes(letter) &&
      (act !== 'create-with-id' || sees(scope)) &&
      (scope.context !== 'patient' || (patient !== undefined && patient === launchPatient)) &&
      constraintsHold(scope, categories),
  )
}

/** An id of one's own choice is for who is shown every record of the type: to others, one that is taken would tell. */
const sees = ({ context, where }: Scope): boolean => context !== 'patient' && where === undefined

const constraintsHold = ({ where }: Scope, categories: Scoped['categories']): boolean =>
  where === undefined ||
  categories === 'any' ||
  (categories !== undefined && where.every(({ anyOf }) => anyOf.some((one) => categories.includes(one))))

/** Whether some scope speaks of searching this type at all, of whatever patient and category. */
export const scopesName = (scopes: readonly Scope[], type: string): boolean =>
  scopes.some((scope) => (scope.type === '*' || scope.type === type) && scope.may.includes('s'))
