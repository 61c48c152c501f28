import type { Sql, Transaction } from '../database/sql.ts'
import { TENANT_ID, TENANT_OWNER } from '../kernel/ids.ts'
import type { KeyStore } from './key-store.ts'
import { rewrap } from './owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from './wrapped-owner-row.ts'

const MOST_AT_ONCE = 2_000

/** Tells every process that keys changed: what they hold unwrapped is forgotten with their next fetch. */
export async function moveKeysEpoch(sql: Sql): Promise<void> {
  await sql.query(`update epochs set value = value + 1 where tenant_id = ${TENANT_ID} and name = 'keys'`)
}

/** No new key is wrapped by anybody until this transaction ends. */
export async function holdKeys(tx: Transaction): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(7306, 3)')
}

/** Puts every chart key of these shards under the shard's newest KEK. Returns how many; call until none is left. */
export async function rewrapOwners(tx: Transaction, store: KeyStore, shards: readonly number[]): Promise<number> {
  const rows = await tx.query<WrappedOwnerRow>(
    `select owner_id, shard, kek_version, wrapped_key, audit_key from owners
     where tenant_id = ${TENANT_ID} and shard = any($1) and wrapped_key is not null and owner_id <> $2 order by owner_id for update`,
    [shards, TENANT_OWNER],
  )
  const old = rows.filter((row) => row.kek_version !== store.shardKek(row.shard).version).slice(0, MOST_AT_ONCE)
  const fresh = old.map((row) => rewrap(store, wrappedOwner(row)))
  for (let at = 0; at < fresh.length; at += 200) {
    const some = fresh.slice(at, at + 200)
    const values = some.flatMap((one) => [one.owner, one.kekVersion, one.wrappedKey])
    const list = some.map((_, n) => `($${n * 3 + 1}::uuid, $${n * 3 + 2}::int, $${n * 3 + 3}::bytea)`).join(',')
    await tx.query(
      `update owners o set kek_version = n.version, wrapped_key = n.key from (values ${list}) n(owner_id, version, key)
       where o.tenant_id = ${TENANT_ID} and o.owner_id = n.owner_id`,
      values,
    )
  }
  return fresh.length
}

/** Shards of which some chart key is still under an older KEK than the newest. */
export async function shardsBehind(sql: Sql, store: KeyStore, shards: readonly number[]): Promise<Set<number>> {
  const rows = await sql.query<{ shard: number; kek_version: number }>(
    `select distinct shard, kek_version from owners where tenant_id = ${TENANT_ID} and shard = any($1) and wrapped_key is not null and owner_id <> $2`,
    [shards, TENANT_OWNER],
  )
  return new Set(rows.filter((row) => row.kek_version !== store.shardKek(row.shard).version).map((row) => row.shard))
}

/** Finishes what a crash left between rewrapping and forgetting: forgets old KEKs that nothing needs any more. */
export async function finishShards(sql: Sql, store: KeyStore): Promise<void> {
  const begun = store.unfinished()
  if (begun.length === 0) return
  const behind = await shardsBehind(sql, store, begun)
  const done = begun.filter((shard) => !behind.has(shard))
  if (done.length > 0) store.adoptShards(done)
}
