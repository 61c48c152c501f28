import type { Class, Step } from './access.ts'
import type { HeldKind } from './decide/holds.ts'
import type { Flag } from './explain/flags.ts'

export type Contribution = { readonly score: string; readonly nats: number; readonly says: string }

export type Entities = {
  readonly actor?: string
  readonly patient?: string
  readonly session?: string
  readonly device?: string
  readonly network?: string
}

/** The access that raised an alert, as it was judged: what a verdict on the alert teaches about. */
export type Because = {
  readonly role: string
  readonly class: Class
  /** How the person reached the patient, and when against that relation's window; `none` when nothing did. */
  readonly path: string
  readonly when: string
  readonly flags: readonly Flag[]
  /** A bound that holds whatever was learned, or what was learned. */
  readonly by: 'bound' | 'learned'
  /** What was put on hold because of it. */
  readonly held?: HeldKind
  readonly why: string
}

/** Something a person should look at. */
export type Alert = {
  readonly at: number
  readonly entities: Entities
  /** -log10 of p: higher is worse. */
  readonly score: number
  /** How often a day of work of a peer looks like this when nothing is wrong. */
  readonly p: number
  readonly action: Step
  /** In words: what was done, why it stands out, and what would have explained it. */
  readonly explanation: string
  readonly contributions: readonly Contribution[]
  readonly because?: Because
}
