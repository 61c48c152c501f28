import type { Actor } from '../kernel/actor.ts'

/** Who asks, and by which request: handed to every act, written into every entry. */
export type Circumstance = {
  readonly actor: Actor
  readonly requestId: string
}

/** What every answer carries: the ledger entry that covers it, and the log's promise for that entry. */
export type Receipted = { readonly receipt: string; readonly promise: string }
