import type { KeyObject } from 'node:crypto'
import type { OwnerId, RowId } from '../../kernel/ids.ts'
import type { Rules } from '../consents/consent-engine.ts'
import { type ConsentEntry, createOpenConsents, sealConsents } from '../consents/owner-consents.ts'

/** Sealed consents by owner, as a batch of writes leaves them; null where none are left. */
export type ConsentsInForce = Map<OwnerId, Buffer | null>

type Counted = {
  readonly row: RowId
  readonly version: number
  readonly owner: OwnerId
  /** Whose it was before, when it was somebody else's. */
  readonly from: OwnerId
  /** None when it decides nothing any more. */
  readonly rules: Rules | undefined
}

/** Puts a Consent that counts in force, in memory: whatever is decided after it in the same batch is decided under it. */
export function createPutInForce(labelKey: () => KeyObject) {
  const opened = createOpenConsents(labelKey)
  return function putInForce(
    inForce: ConsentsInForce,
    sealedOf: (owner: OwnerId) => Buffer | null | undefined,
    { row, version, owner, from, rules }: Counted,
  ): void {
    const without = (whose: OwnerId): ConsentEntry[] => {
      const sealed = sealedOf(whose)
      return sealed ? opened({ owner: whose, sealed }).filter((one) => one.row !== row) : []
    }
    const set = (whose: OwnerId, entries: readonly ConsentEntry[]) =>
      inForce.set(whose, entries.length === 0 ? null : sealConsents(labelKey(), whose, entries))
    if (from !== owner) set(from, without(from))
    set(owner, rules === undefined ? without(owner) : [...without(owner), { row, version, rules }])
  }
}
