import { TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append } from '../../ledger/append.ts'
import { scopesName } from '../../policy/facts.ts'
import type { Circumstance } from '../circumstance.ts'

/** Refuses a search that the actor's scopes do not cover, with an entry, before anything is looked for. */
export async function refuseUncovered(
  append: Append['append'],
  { actor, requestId }: Circumstance,
  type: string,
  words: { interaction: string; query: string },
): Promise<void> {
  if (scopesName(actor.scopes, type)) return
  const [refused] = await append([
    {
      kind: 'release',
      action: 'E',
      outcome: '4',
      actor,
      purpose: actor.purpose,
      owner: TENANT_OWNER,
      reasons: ['scope'],
      requestId,
      opens: { rows: new Set() },
      ...words,
    },
  ])
  throw new Refusal('policy.forbidden', `Your token does not cover searching ${type}.`, {
    receipt: refused?.receipt.id,
    promise: refused?.promise,
  })
}
