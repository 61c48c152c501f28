import type { KeyObject } from 'node:crypto'
import { type OwnerId, type RowId, TENANT_ID } from '../../kernel/ids.ts'
import { openJsonForTenant, sealJsonForTenant } from '../../vault/seal.ts'
import type { Rules } from './consent-engine.ts'

/** The rules in force of one Consent record, and of which version: the newest by somebody who may record consents. */
export type ConsentEntry = { readonly row: RowId; readonly version: number; readonly rules: Rules }
export type SealedConsents = {
  readonly owner: OwnerId
  readonly sealed: Buffer
  /** What the actor who asks belongs to (`unitsOfCarer`); null is nothing. */
  readonly units: string | null
}

/** SQL for what lies there of an owner; null for most. */
export const consentsOf = (owner: string): string =>
  `(select k.sealed from owner_consents k where k.tenant_id = ${TENANT_ID} and k.owner_id = ${owner})`

const place = (owner: OwnerId) => ({ owner, type: 'Consent', row: 'consents', version: 1, column: 'label' }) as const

/** For deciding only, like labels, and under the same key. */
export const sealConsents = (key: KeyObject, owner: OwnerId, entries: readonly ConsentEntry[]): Buffer =>
  sealJsonForTenant(key, place(owner), entries)

const MOST_KEPT = 4_000

/** Opens consents; those opened before are found again by their own sealed bytes and their owner. */
export function createOpenConsents(
  key: () => KeyObject,
): (consents: Omit<SealedConsents, 'units'>) => readonly ConsentEntry[] {
  const kept = new Map<OwnerId, { readonly sealed: Buffer; readonly entries: readonly ConsentEntry[] }>()
  return function opened({ owner, sealed }) {
    const found = kept.get(owner)
    if (found?.sealed.equals(sealed)) return found.entries
    const entries = openJsonForTenant<ConsentEntry[]>(key(), place(owner), sealed)
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as OwnerId)
    kept.set(owner, { sealed: Buffer.from(sealed), entries })
    return entries
  }
}
