import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { openLabel } from '../label.ts'
import { labelsOf } from '../labelling/security-labels.ts'
import { FIRST_RECORD } from './relabel-records.ts'
import { nextRecords, storedVersions } from './stored-versions.ts'

const STEP = 500

/**
 * How many records there are, not deleted, how many have each label, and how many were labelled under other rules than these.
 * Opens labels, and nothing they speak of.
 */
export async function countLabels(
  sql: Sql,
  labelKey: () => KeyObject,
  version: string,
): Promise<{ records: number; labelled: number; underOtherRules: number; labels: Record<string, number> }> {
  const labels: Record<string, number> = {}
  let records = 0
  let labelled = 0
  let underOtherRules = 0
  for (let rows = await nextRecords(sql, FIRST_RECORD, STEP); rows.length > 0; ) {
    for (const { row, version: at, type, owner, label, body, current } of await storedVersions(sql, rows)) {
      if (!current || body === null) continue
      records += 1
      const { security, rules } = openLabel(labelKey(), { owner: owner.owner, type, row, version: at }, label)
      if (rules !== version) underOtherRules += 1
      if (security !== undefined) labelled += 1
      for (const one of labelsOf(security)) labels[one] = (labels[one] ?? 0) + 1
    }
    rows = await nextRecords(sql, rows.at(-1) as string, STEP)
  }
  return { records, labelled, underOtherRules, labels }
}
