import type { Actor } from '../kernel/actor.ts'
import { TENANT_OWNER } from '../kernel/ids.ts'
import type { Opens, Receipt } from '../kernel/receipt.ts'
import type { Append } from './append.ts'

const RENEW_BEFORE_MS = 30_000

/**
 * The internal receipt of a run of a machine: one entry when the run begins, renewed before it ends.
 * Nothing that it opens leaves.
 */
export function createStandingReceipt(append: Append['append'], machine: Actor, opens: Opens): () => Promise<Receipt> {
  let current: Promise<Receipt> | undefined
  let until = 0

  async function renew(): Promise<Receipt> {
    const [entry] = await append([
      {
        kind: 'internal',
        interaction: 'run',
        action: 'E',
        outcome: '0',
        actor: machine,
        purpose: machine.purpose,
        owner: TENANT_OWNER,
        opens,
      },
    ])
    const { receipt } = entry as NonNullable<typeof entry>
    until = receipt.until
    return receipt
  }

  return function standing() {
    if (current === undefined || until < Date.now() + RENEW_BEFORE_MS) {
      until = Number.POSITIVE_INFINITY
      current = renew().catch((error) => {
        until = 0
        throw error
      })
    }
    return current
  }
}
