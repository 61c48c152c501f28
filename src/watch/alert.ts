import type { Step } from './access.ts'

export type Contribution = { readonly score: string; readonly nats: number; readonly says: string }

export type Entities = {
  readonly actor?: string
  readonly patient?: string
  readonly session?: string
  readonly device?: string
  readonly network?: string
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
}
