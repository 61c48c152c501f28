import type { KeyObject } from 'node:crypto'
import type { Transaction } from '../../database/sql.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../../kernel/ids.ts'
import { type ConsentEntry, createOpenConsents, sealConsents } from '../consents/owner-consents.ts'
import type { Change } from './change.ts'
import type { State } from './plan.ts'

/** Keeps the rules in force of every patient whose consents changed. The owners are locked: nobody else writes them. */
export function createStoreConsents(labelKey: () => KeyObject) {
  const opened = createOpenConsents(labelKey)
  return async function storeConsents(tx: Transaction, state: State, changes: readonly Change[]): Promise<void> {
    const lists = new Map<OwnerId, readonly ConsentEntry[]>()
    const listOf = (owner: OwnerId) => {
      const sealed = state.owners.get(owner)?.consents
      return lists.get(owner) ?? (sealed ? opened({ owner, sealed }) : [])
    }
    const without = (owner: OwnerId, row: RowId) => listOf(owner).filter((one) => one.row !== row)
    for (const { row, version, owner, before, consent } of changes) {
      if (consent === undefined) continue
      if (before !== undefined && before.owner !== owner) lists.set(before.owner, without(before.owner, row))
      const { rules } = consent
      lists.set(owner, rules === undefined ? without(owner, row) : [...without(owner, row), { row, version, rules }])
    }
    for (const [owner, entries] of lists) {
      if (entries.length === 0)
        await tx.query(`delete from owner_consents where tenant_id = ${TENANT_ID} and owner_id = $1`, [owner])
      else
        await tx.query(
          `insert into owner_consents (tenant_id, owner_id, sealed) values (${TENANT_ID}, $1, $2)
           on conflict (tenant_id, owner_id) do update set sealed = excluded.sealed`,
          [owner, sealConsents(labelKey(), owner, entries)],
        )
    }
  }
}
