import { insertRows } from '../database/insert-rows.ts'
import type { Database, Transaction } from '../database/sql.ts'
import type { EntryId, OwnerId } from '../kernel/ids.ts'
import type { Anchor } from './anchor.ts'
import { chainLink, FIRST, leafEntry, ownerLink } from './commitment.ts'
import { leafHash } from './merkle.ts'
import { createTreeEdge, readEdge } from './tiles.ts'
import { createTileReader, readHead, writeHead, writeTiles } from './tree-store.ts'

/** A run that takes fewer has taken all there was. */
export const MOST_AT_ONCE = 4_000

/** The ledger is not what this program wrote. Never continued over: the process stops, or is not ready. */
export class LedgerDamaged extends Error {}

type Pending = {
  entry_id: EntryId
  chain_id: number
  seq: number
  previous: Buffer
  owner_id: OwnerId
  kind: string
  at: Date
  commitment: Buffer
  blind: Buffer
  digests: Buffer | null
  node: string
}

type Needs = {
  readonly database: Database
  readonly anchor: Anchor
  /** Signs a checkpoint of this size and root: the whole note. */
  readonly signCheckpoint: (head: { size: number; root: Buffer }) => string
}

/**
 * Gives every durable entry its index in the tree and its number in its owner's sequence, in one transaction
 * with the tiles, the head and its signature; then the anchor file. A head is never signed before the one it
 * follows is persisted. Only the holder of the fence may write; see `hold-sequencer.ts`.
 *
 * Returns how many it took in. Throws LedgerDamaged when a chain has a hole or a broken link.
 */
export function createSequence({ database, anchor, signCheckpoint }: Needs) {
  return async function sequence(fence: number): Promise<number> {
    const done = await database.within(async (tx) => {
      const head = await readHead(tx, true)
      if (head.fence !== fence) return { taken: 0, note: undefined }
      const pending = await pendingEntries(tx)
      if (pending.length === 0 && head.checkpoint !== '') return { taken: 0, note: undefined }
      await followChains(tx, pending)
      const leaves = await numberOwners(tx, pending)
      const tree = createTreeEdge(head.size, await readEdge(head.size, createTileReader(tx)))
      const { changed, size, root } = tree.append(leaves.map(({ leaf }) => leafHash(leaf)))
      await insertRows(
        tx,
        'ledger_leaves',
        ['idx', 'entry_id', 'owner_id', 'owner_seq', 'leaf'],
        leaves.map(({ leaf, ownerSeq, entry }, n) => [head.size + n, entry.entry_id, entry.owner_id, ownerSeq, leaf]),
      )
      await writeTiles(tx, changed)
      const note = signCheckpoint({ size, root })
      await writeHead(tx, { size, root, checkpoint: note, fence })
      return { taken: pending.length, note }
    })
    if (done.note !== undefined) await anchor.write(done.note)
    return done.taken
  }
}

async function pendingEntries(tx: Transaction): Promise<Pending[]> {
  return tx.query<Pending>(
    `select e.entry_id, e.chain_id, e.seq, e.previous, e.owner_id, e.kind, e.at, e.commitment, e.blind, e.digests, c.node
     from ledger_chains c cross join lateral (
       select * from ledger_entries where chain_id = c.chain_id and seq > c.sequenced order by seq limit ${MOST_AT_ONCE}
     ) e order by e.chain_id, e.seq limit ${MOST_AT_ONCE}`,
    [],
    'pending-entries',
  )
}
/** Walks every chain on from where it was, and marks how far it is sequenced. */
async function followChains(tx: Transaction, pending: readonly Pending[]): Promise<void> {
  const chains = [...new Set(pending.map((entry) => entry.chain_id))]
  const rows = await tx.query<{ chain_id: number; sequenced: number; link: Buffer }>(
    'select chain_id, sequenced, link from ledger_chains where chain_id = any($1)',
    [chains],
  )
  const reached = new Map(rows.map((row) => [row.chain_id, { seq: row.sequenced, link: row.link }]))
  for (const entry of pending) {
    const before = reached.get(entry.chain_id)
    if (before === undefined || entry.seq !== before.seq + 1 || !entry.previous.equals(before.link)) {
      throw new LedgerDamaged(`chain ${entry.chain_id} is broken before its entry ${entry.seq}`)
    }
    const link = chainLink(before.link, entry.chain_id, entry.seq, entry.commitment, entry.digests)
    reached.set(entry.chain_id, { seq: entry.seq, link })
  }
  for (const [chain, { seq, link }] of reached) {
    await tx.query('update ledger_chains set sequenced = $2, link = $3 where chain_id = $1', [chain, seq, link])
  }
}

type Numbered = { readonly leaf: Buffer; readonly ownerSeq: number; readonly entry: Pending }

async function numberOwners(tx: Transaction, pending: readonly Pending[]): Promise<Numbered[]> {
  const owners = [...new Set(pending.map((entry) => entry.owner_id))]
  const rows = await tx.query<{ owner_id: OwnerId; seq: number; last_commitment: Buffer }>(
    'select owner_id, seq, last_commitment from ledger_owner_heads where owner_id = any($1)',
    [owners],
  )
  const heads = new Map(rows.map((row) => [row.owner_id, { seq: row.seq, last: row.last_commitment }]))
  const numbered = pending.map((entry) => {
    const { seq, last } = heads.get(entry.owner_id) ?? { seq: 0, last: FIRST }
    const ownerSeq = seq + 1
    heads.set(entry.owner_id, { seq: ownerSeq, last: entry.commitment })
    const { kind, at, node, commitment, digests, blind } = entry
    return {
      leaf: leafEntry({ kind, at, node, commitment, digests, ownerLink: ownerLink(blind, ownerSeq, last) }),
      ownerSeq,
      entry,
    }
  })
  await insertRows(
    tx,
    'ledger_owner_heads',
    ['owner_id', 'seq', 'last_commitment'],
    owners.map((owner) => [owner, heads.get(owner)?.seq, heads.get(owner)?.last]),
    'on conflict (owner_id) do update set seq = excluded.seq, last_commitment = excluded.last_commitment',
  )
  return numbered
}
