import type { KeyObject } from 'node:crypto'
import { TENANT_OWNER } from '../../kernel/ids.ts'
import { openJsonForTenant, sealJsonForTenant } from '../../vault/seal.ts'

/** What the watch keeps, sealed under the tenant's key of audit: who is watched is told by no column. */
export function createSealed(key: () => KeyObject, type: string) {
  const place = (row: string) => ({ owner: TENANT_OWNER, type, row, version: 1, column: 'watch' }) as const
  return {
    seal: (row: string, value: unknown): Buffer => sealJsonForTenant(key(), place(row), value),
    open: <Value>(row: string, sealed: Buffer): Value => openJsonForTenant<Value>(key(), place(row), sealed),
  }
}
