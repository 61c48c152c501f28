import type { Patch } from '../faults/patched-copy.ts'

/** One leak, planted in a copy of our code; what of the suite is run to find it, so that it is found soon. */
export type Mutation = {
  readonly name: string
  /** Where such a leak was found in the open. */
  readonly seenIn?: string
  readonly patches: readonly Patch[]
  readonly actors: readonly string[]
  readonly steps?: RegExp
  readonly shapes?: RegExp
  readonly probes?: RegExp
  /** One of those that every run of the tests tries. */
  readonly fast?: true
}

/** For steps, shapes or probes that a mutation does not need. */
export const NONE = /^nothing of this$/
