import type { Chartwarden } from '../chartwarden.ts'
import type { Actor } from '../kernel/actor.ts'
import { TENANT_OWNER } from '../kernel/ids.ts'

/** Writes an operator's act into the ledger; durable before it resolves. */
export async function recordAct(
  { ledger }: Pick<Chartwarden, 'ledger'>,
  actor: Actor,
  interaction: string,
  what: readonly string[] = [],
): Promise<string> {
  const [entry] = await ledger.append([
    {
      kind: 'internal',
      interaction,
      action: 'E',
      outcome: '0',
      actor,
      purpose: actor.purpose,
      owner: TENANT_OWNER,
      what,
      opens: { rows: new Set() },
    },
  ])
  return entry?.receipt.id as string
}
