import type { Chartwarden } from '../../src/chartwarden.ts'
import { chainLink, FIRST } from '../../src/ledger/commitment.ts'
import { createLogSigner } from '../../src/ledger/log-signer.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { createTreeEdge } from '../../src/ledger/tiles.ts'
import { readHead, writeHead, writeTiles } from '../../src/ledger/tree-store.ts'

type Last = { chain_id: number; seq: number; previous: Buffer; commitment: Buffer; digests: Buffer | null }

/**
 * For tests only: what someone can do who holds the database, the keys of the log and the anchor. Cuts the last
 * `count` entries off, makes everything before them fit, and signs it. Returns the new checkpoint.
 */
export async function rewriteTail({ database, store, ledger, clock }: Chartwarden, count: number): Promise<string> {
  const signer = createLogSigner({
    origin: ledger.origin,
    ed25519Seed: store.seed('log-ed25519'),
    mldsaSeed: store.seed('log-mldsa'),
  })
  return database.within(async (tx) => {
    const { size, fence } = await readHead(tx)
    const kept = size - count
    await tx.query(
      'delete from ledger_entries where entry_id not in (select entry_id from ledger_leaves where idx < $1)',
      [kept],
    )
    await tx.query('delete from ledger_leaves where idx >= $1', [kept])
    const last = await tx.query<Last>(
      'select distinct on (chain_id) chain_id, seq, previous, commitment, digests from ledger_entries order by chain_id, seq desc',
    )
    await tx.query('update ledger_chains set sequenced = 0, link = $1', [FIRST])
    for (const { chain_id: chain, seq, previous, commitment, digests } of last) {
      const link = chainLink(previous, chain, seq, commitment, digests)
      await tx.query('update ledger_chains set sequenced = $2, link = $3 where chain_id = $1', [chain, seq, link])
    }
    await tx.query('delete from ledger_owner_heads')
    await tx.query(
      `insert into ledger_owner_heads select distinct on (l.owner_id) l.owner_id, l.owner_seq, e.commitment
       from ledger_leaves l join ledger_entries e on e.entry_id = l.entry_id order by l.owner_id, l.owner_seq desc`,
    )
    const leaves = await tx.query<{ leaf: Buffer }>('select leaf from ledger_leaves order by idx')
    const { changed, root } = createTreeEdge(0, []).append(leaves.map(({ leaf }) => leafHash(leaf)))
    await tx.query('delete from ledger_tiles')
    await writeTiles(tx, changed)
    const checkpoint = signer.signCheckpoint({ size: kept, root }, clock.now())
    await writeHead(tx, { size: kept, root, checkpoint, fence })
    await ledger.anchor.write(checkpoint)
    return checkpoint
  })
}
