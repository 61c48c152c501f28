import { insertRows } from '../database/insert-rows.ts'
import type { Sql } from '../database/sql.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { chainLink, FIRST } from './commitment.ts'
import type { Prepared } from './prepare-entry.ts'

/**
 * One chain of a node: entries numbered 1, 2, … without a gap, each linked to the one before, so that an
 * entry not yet in the tree cannot be taken out unseen. Its state is owned by whoever holds it.
 *
 * - FRESH    no row in `ledger_chains` yet; left by the first `write`
 * - OPEN     `write` continues it; `keep` after the commit, `forget` after a clean rollback
 * - BROKEN   a commit's outcome is unknown: never continued, a new chain takes its place
 */
export type Chain = {
  /** Inserts the entries as the chain's next; MUST be followed by keep, forget or abandon. */
  write(sql: Sql, entries: readonly Prepared[]): Promise<void>
  keep(): void
  forget(): void
  abandon(): void
}

export const ENTRY_COLUMNS = [
  'tenant_id',
  'entry_id',
  'chain_id',
  'seq',
  'previous',
  'owner_id',
  'kind',
  'at',
  'commitment',
  'blind',
  'digests',
  'sealed',
]

export function createChain(openChain: () => Promise<number>): Chain {
  let chain: number | undefined
  let kept: { seq: number; link: Buffer } = { seq: 0, link: FIRST }
  let written = kept

  return {
    async write(sql, entries) {
      chain ??= await openChain()
      written = kept
      const rows: unknown[][] = []
      for (const entry of entries) {
        const seq = written.seq + 1
        rows.push([
          TENANT_ID,
          entry.id,
          chain,
          seq,
          written.link,
          entry.owner,
          entry.kind,
          entry.at,
          entry.commitment,
          entry.blind,
          entry.digests,
          entry.sealed,
        ])
        written = { seq, link: chainLink(written.link, chain, seq, entry.commitment, entry.digests) }
      }
      await insertRows(sql, 'ledger_entries', ENTRY_COLUMNS, rows)
    },
    keep() {
      kept = written
    },
    forget() {
      written = kept
    },
    abandon() {
      chain = undefined
      kept = { seq: 0, link: FIRST }
      written = kept
    },
  }
}
