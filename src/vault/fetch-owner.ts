import type { Sql } from '../database/sql.ts'
import { type OwnerId, TENANT_ID } from '../kernel/ids.ts'
import type { OwnerCache, OwnerKeys } from './owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from './wrapped-owner-row.ts'

/** Fetches one owner's keys and holds them; a shredded owner has its audit key only. */
export async function fetchOwner(sql: Sql, owners: OwnerCache, owner: OwnerId): Promise<OwnerKeys> {
  const [row] = await sql.query<WrappedOwnerRow & { epoch: number }>(
    `select owner_id, shard, kek_version, wrapped_key, audit_key, (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as epoch
     from owners where tenant_id = ${TENANT_ID} and owner_id = $1`,
    [owner],
  )
  if (row === undefined) throw new Error('there is no such owner')
  return owners.unwrap(wrappedOwner(row), row.epoch)
}
