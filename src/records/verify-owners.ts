import type { Sql } from '../database/sql.ts'
import { type OwnerId, TENANT_ID } from '../kernel/ids.ts'
import type { KeyStore } from '../vault/key-store.ts'
import { type OwnerKeys, unwrapOwner } from '../vault/owner-keys.ts'
import { type WrappedOwnerRow, wrappedOwner } from '../vault/wrapped-owner-row.ts'
import type { Report } from './verify-index.ts'

/** The keys of every owner, and which charts were shredded. Reports those that are gone without a record of it. */
export async function openOwners(
  sql: Sql,
  store: KeyStore | undefined,
  report: Report,
): Promise<Map<OwnerId, OwnerKeys | 'shredded'>> {
  const owners = new Map<OwnerId, OwnerKeys | 'shredded'>()
  if (store === undefined) return owners
  const rows = await sql.query<WrappedOwnerRow & { shredded_at: Date | null }>(
    `select owner_id, shard, kek_version, wrapped_key, audit_key, shredded_at from owners where tenant_id = ${TENANT_ID}`,
  )
  for (const row of rows) {
    if (row.shredded_at !== null) {
      owners.set(row.owner_id, 'shredded')
      continue
    }
    try {
      if (row.wrapped_key === null) throw new Error('no key')
      owners.set(row.owner_id, unwrapOwner(store, wrappedOwner(row)))
    } catch {
      report(
        'key.missing',
        `owner ${row.owner_id}`,
        'its patient key is gone or does not unwrap, and no shredding is recorded',
      )
    }
  }
  return owners
}
