import type { Class, Step } from './access.ts'
import type { Alert } from './alert.ts'
import type { Hold } from './decide/holds.ts'

/** What the watch says of one access. */
export type Verdict = {
  readonly class: Class
  readonly step: Step
  readonly why: string
  /** How often a day of work of a peer looks like this one so far; absent for what is held. */
  readonly p?: number
  readonly alert?: Alert
  /** The access falls under this measure. */
  readonly hold?: Hold
}
