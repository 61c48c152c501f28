import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../../kernel/ids.ts'
import type { Report } from '../verify-index.ts'
import { createOpenConsents } from './owner-consents.ts'

/** Consents that count, by their row: of whom, and in which newest version. */
export type CountingConsents = ReadonlyMap<RowId, { readonly owner: OwnerId; readonly version: number }>

/** What is enforced is what patients recorded: every counting consent's rules are in force, and no other's. */
export async function checkConsents(
  sql: Sql,
  labelKey: KeyObject,
  counting: CountingConsents,
  report: Report,
): Promise<void> {
  const opened = createOpenConsents(() => labelKey)
  const inForce = new Map<RowId, { owner: OwnerId; version: number }>()
  const rows = await sql.query<{ owner_id: OwnerId; sealed: Buffer }>(
    `select owner_id, sealed from owner_consents where tenant_id = ${TENANT_ID}`,
  )
  for (const { owner_id: owner, sealed } of rows) {
    try {
      for (const { row, version } of opened({ owner, sealed })) inForce.set(row, { owner, version })
    } catch {
      report('consent.does-not-open', `owner ${owner}`, 'the consents in force are not what was sealed here')
    }
  }
  for (const [row, { owner, version }] of counting) {
    const held = inForce.get(row)
    if (held === undefined || held.owner !== owner || held.version !== version)
      report('consent.not-in-force', `record ${row}, owner ${owner}`, 'a consent that counts is not in force')
  }
  for (const [row, { owner, version }] of inForce) {
    const [found] = await sql.query(
      `select 1 as there from record_versions where tenant_id = ${TENANT_ID} and row_id = $1 and version = $2 and owner_id = $3 and type = 'Consent'`,
      [row, version, owner],
    )
    if (found === undefined)
      report('consent.unfounded', `record ${row}, owner ${owner}`, 'a consent is in force that no record says')
  }
}
