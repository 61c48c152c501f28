import type { Chartwarden } from '../chartwarden.ts'
import type { Actor } from '../kernel/actor.ts'
import { tenantAct } from '../ledger/happening.ts'

/** Writes an operator's act into the ledger; durable before it resolves. */
export async function recordAct(
  { ledger }: Pick<Chartwarden, 'ledger'>,
  actor: Actor,
  interaction: string,
  what: readonly string[] = [],
): Promise<string> {
  const [entry] = await ledger.append([tenantAct({ interaction, actor, done: true, what })])
  return entry?.receipt.id as string
}
