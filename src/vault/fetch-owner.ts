import type { Sql } from '../database/sql.ts'
import { type OwnerId, TENANT_ID } from '../kernel/ids.ts'
import type { OwnerCache, OwnerKeys } from './owner-keys.ts'

/** Fetches one owner's keys and holds them; a shredded owner has its audit key only. */
export async function fetchOwner(sql: Sql, owners: OwnerCache, owner: OwnerId): Promise<OwnerKeys> {
  const [row] = await sql.query<{
    shard: number
    kek_version: number
    wrapped_key: Buffer | null
    audit_key: Buffer
    epoch: number
  }>(
    `select shard, kek_version, wrapped_key, audit_key, (select value from epochs where tenant_id = ${TENANT_ID} and name = 'keys') as epoch
     from owners where tenant_id = ${TENANT_ID} and owner_id = $1`,
    [owner],
  )
  if (row === undefined) throw new Error('there is no such owner')
  const { shard, kek_version: kekVersion, wrapped_key: wrappedKey, audit_key: auditKey, epoch } = row
  return owners.unwrap({ owner, shard, kekVersion, wrappedKey, auditKey }, epoch)
}
