/** What may be done with a record, in the words of the watch. */
export const ACTIONS = [
  'read',
  'search',
  'create',
  'update',
  'delete',
  'export',
  'print',
  'break-glass',
  'login',
  'login-failed',
] as const
export type Action = (typeof ACTIONS)[number]

/** One access, as a ledger or somebody else's audit trail tells it. What is not known is the empty string. */
export type Access = {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly actor: string
  readonly session: string
  readonly network: string
  readonly device: string
  readonly action: Action
  readonly resourceType: string
  readonly patient: string
  /** Records touched. */
  readonly count: number
  readonly purpose: string
  /** It was refused or it failed: nothing was given or changed. */
  readonly failed: boolean
  /** What the policy that permitted it says of the reason, where the live server knows it. */
  readonly said?: Class
  /** Unexplained patients of this person within the hour, counted over all nodes. */
  readonly many?: number
}

/** What a FHIR interaction, or a ledger's own word beside them, is in the words of the watch. */
export const ACTION_OF_INTERACTION: Readonly<Record<string, Action>> = {
  read: 'read',
  vread: 'read',
  history: 'read',
  'history-instance': 'read',
  'history-type': 'read',
  'history-system': 'read',
  search: 'search',
  'search-type': 'search',
  'search-system': 'search',
  create: 'create',
  update: 'update',
  patch: 'update',
  delete: 'delete',
  export: 'export',
  'break-glass': 'break-glass',
}

export const isAction = (word: string): word is Action => (ACTIONS as readonly string[]).includes(word)

/** How well an access is explained by what the hospital's own records say. */
export const CLASSES = ['explained', 'weak', 'unexplained', 'contra'] as const
export type Class = (typeof CLASSES)[number]

/** What is done about an access, from the mildest to the widest. */
export const STEPS = ['allow', 'ask', 'slow', 'step-up', 'freeze', 'quarantine', 'read-only'] as const
export type Step = (typeof STEPS)[number]

/** The steps that keep records from being given or changed. */
export const isBlock = (step: Step): boolean => step === 'freeze' || step === 'quarantine' || step === 'read-only'
