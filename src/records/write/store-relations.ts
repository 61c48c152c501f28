import type { KeyObject } from 'node:crypto'
import { insertRows } from '../../database/insert-rows.ts'
import type { Transaction } from '../../database/sql.ts'
import { TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { sealLasts } from '../relations/held-relations.ts'
import type { Change } from './change.ts'

/** Keeps whom each record relates to whom: what its newest version that says anything about it says. */
export function storeRelations(tx: Transaction, changes: readonly Change[], key: KeyObject): Promise<unknown>[] {
  const said = changes.flatMap((one) => (one.ties === undefined ? [] : [{ ...one, ties: one.ties }]))
  const newest = [...new Map(said.map((one) => [one.row, one])).values()]
  const replaced = newest.filter((one) => one.version > 1).map((one) => one.row)
  const gone = (table: 'care_relations' | 'unit_members', name: string) =>
    tx.query(`delete from ${table} where tenant_id = ${TENANT_ID} and row_id = any($1)`, [replaced], name)
  return [
    ...(replaced.length === 0
      ? []
      : [gone('care_relations', 'delete-relations'), gone('unit_members', 'delete-units')]),
    insertRows(
      tx,
      'care_relations',
      ['tenant_id', 'carer_token', 'owner_id', 'row_id', 'kind', 'lasts'],
      newest.flatMap(({ row, ties }) =>
        ties.relations.map(({ carer, owner, kind, lasts, by }) => [
          TENANT_ID,
          carer,
          owner,
          row,
          kind,
          sealLasts(key, owner, row, lasts, by),
        ]),
      ),
      'on conflict do nothing',
    ),
    insertRows(
      tx,
      'unit_members',
      ['tenant_id', 'member_token', 'unit_token', 'row_id', 'lasts'],
      newest.flatMap(({ row, ties }) =>
        ties.units.map(({ member, unit, lasts }) => [
          TENANT_ID,
          member,
          unit,
          row,
          sealLasts(key, TENANT_OWNER, row, lasts),
        ]),
      ),
      'on conflict do nothing',
    ),
  ]
}
