import { Refusal } from '../../kernel/refusal.ts'
import type { Obligation } from '../../policy/obligations.ts'

export const MASKED =
  'A part of this record is masked for you, and would be lost by changing it. Ask somebody who sees all of it.'

/**
 * Refuses to replace a record of a type of which the sender sees only a part, unless they have seen all of this version.
 * Throws `policy.masked`, and `record.version-conflict` when it changed meanwhile.
 */
export function refuseUnseen(
  { type, id, seenWhole }: { readonly type: string; readonly id: string; readonly seenWhole?: number },
  version: number,
  obligations: readonly Obligation[],
): void {
  if (!obligations.some(({ path }) => path.startsWith(`${type}.`))) return
  if (seenWhole === undefined) throw new Refusal('policy.masked', MASKED)
  if (seenWhole !== version)
    throw new Refusal('record.version-conflict', `${type}/${id} is at version ${version} now, not ${seenWhole}.`)
}
