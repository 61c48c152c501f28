import type { OwnerId } from '../kernel/ids.ts'
import type { WrappedOwner } from './owner-keys.ts'

/** The columns of `owners` that hold an owner's keys. */
export type WrappedOwnerRow = {
  owner_id: OwnerId
  shard: number
  kek_version: number
  wrapped_key: Buffer | null
  audit_key: Buffer
}

export const wrappedOwner = (row: WrappedOwnerRow): WrappedOwner => ({
  owner: row.owner_id,
  shard: row.shard,
  kekVersion: row.kek_version,
  wrappedKey: row.wrapped_key,
  auditKey: row.audit_key,
})
