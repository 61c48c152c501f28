import { hash, type KeyObject } from 'node:crypto'
import type { Actor } from '../../kernel/actor.ts'
import { TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { openJsonForTenant, sealJsonForTenant } from '../../vault/seal.ts'
import type { Candidate } from './candidate.ts'

/** Where a page ended: the query it belongs to and the sort values of the last record on it. */
export type Cursor = {
  readonly type: string
  readonly pairs: readonly (readonly [string, string])[]
  readonly last: Pick<Candidate, 'entry' | 'self'>
}

/** Bound to who asks: somebody else's cursor does not open. */
const place = (actor: Actor) =>
  ({
    owner: TENANT_OWNER,
    type: 'cursor',
    row: hash('sha256', `${actor.kind} ${actor.id} ${actor.role}`),
    version: 1,
    column: 'cursor',
  }) as const

export const sealCursor = (key: KeyObject, actor: Actor, cursor: Cursor): string =>
  sealJsonForTenant(key, place(actor), cursor).toString('base64url')

/** Throws `search.cursor` for one that was altered, made up, or another's. */
export function openCursor(key: KeyObject, actor: Actor, text: string): Cursor {
  try {
    return openJsonForTenant<Cursor>(key, place(actor), Buffer.from(text, 'base64url'))
  } catch (cause) {
    throw new Refusal('search.cursor', 'This page link is not valid, or not yours. Start the search again.', { cause })
  }
}
