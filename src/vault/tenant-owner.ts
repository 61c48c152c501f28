import type { Sql } from '../database/sql.ts'
import { TENANT_ID, TENANT_OWNER } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { KeyStore } from './key-store.ts'
import { newOwner, type OwnerCache } from './owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from './wrapped-owner-row.ts'

/**
 * Finds the tenant's own keys, or makes them on the first start, and holds them. Refuses a database that
 * belongs to another key store.
 */
export async function ensureTenant(sql: Sql, store: KeyStore, owners: OwnerCache): Promise<void> {
  const made = newOwner(store, TENANT_OWNER)
  await sql.query(
    `insert into owners (tenant_id, owner_id, shard, kek_version, wrapped_key, audit_key) values (${TENANT_ID}, $1, $2, $3, $4, $5) on conflict do nothing`,
    [TENANT_OWNER, made.shard, made.kekVersion, made.wrappedKey, made.auditKey],
  )
  const [row] = await sql.query<WrappedOwnerRow>(
    `select owner_id, shard, kek_version, wrapped_key, audit_key from owners where tenant_id = ${TENANT_ID} and owner_id = $1`,
    [TENANT_OWNER],
  )
  try {
    owners.pin(wrappedOwner(row as WrappedOwnerRow))
  } catch (cause) {
    throw new Refusal(
      'start.unsafe',
      'This database was sealed with another key store. Give the key store it belongs to.',
      { cause },
    )
  }
}
