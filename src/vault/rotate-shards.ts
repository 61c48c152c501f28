import type { Database } from '../database/sql.ts'
import type { KeyStore } from './key-store.ts'
import { holdKeys, moveKeysEpoch, rewrapOwners } from './rotate-keys.ts'

/**
 * New KEKs for these shards while everything runs: the new ones durable, every chart key rewrapped and
 * committed, then the old ones forgotten. Interrupted anywhere, both open until it is run again.
 */
export async function rotateShards(
  database: Database,
  store: KeyStore,
  shards: readonly number[],
  progress: (rewrapped: number) => void,
): Promise<number> {
  store.proposeShards(shards)
  await moveKeysEpoch(database)
  let all = 0
  for (;;) {
    const some = await database.within(async (tx) => {
      await holdKeys(tx)
      return rewrapOwners(tx, store, shards)
    })
    all += some
    progress(all)
    if (some === 0) break
  }
  store.adoptShards(shards)
  await moveKeysEpoch(database)
  return all
}
