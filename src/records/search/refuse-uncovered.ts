import { TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append } from '../../ledger/append.ts'
import { scopesName } from '../../policy/facts.ts'
import type { Circumstance } from '../circumstance.ts'

/**
 * Refuses a search that the actor's scopes do not cover, or that `also` refuses, with an entry, before anything is
 * looked for.
 */
export async function refuseUncovered(
  append: Append['append'],
  { actor, requestId }: Circumstance,
  type: string,
  words: { interaction: string; query: string },
  also: () => void = () => undefined,
): Promise<void> {
  const covered = scopesName(actor.scopes, type)
  const refusal = covered
    ? refusalOf(also)
    : new Refusal('policy.forbidden', `Your token does not cover searching ${type}.`)
  if (refusal === undefined) return
  const [refused] = await append([
    {
      kind: 'release',
      action: 'E',
      outcome: '4',
      actor,
      purpose: actor.purpose,
      owner: TENANT_OWNER,
      reasons: [covered ? refusal.code : 'scope'],
      requestId,
      opens: { rows: new Set() },
      ...words,
    },
  ])
  throw new Refusal(refusal.code, refusal.message, { receipt: refused?.receipt.id, promise: refused?.promise })
}

function refusalOf(act: () => void): Refusal | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
