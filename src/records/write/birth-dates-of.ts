import type { Sql } from '../../database/sql.ts'
import { type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import type { DateRange } from '../fhir/date-range.ts'
import { type IndexPages, pagesToWrite } from '../index-pages.ts'
import { asksAge, labelResource } from '../labelling/label-resource.ts'
import type { LabelRules } from '../labelling/label-rules.ts'
import type { Tokens } from '../tokens.ts'
import type { Operation } from './operation.ts'
import type { OwnerRow } from './write-state.ts'

type Needs = {
  readonly tokens: Tokens
  readonly labelRules: LabelRules
  readonly owners: OwnerCache
  readonly pages: IndexPages
  readonly standing: () => Promise<Receipt>
}

/**
 * The birth dates of those patients on whose age the label of some operation depends: as the batch itself says, or
 * else as the index knows them. Asks the database for sensitive records only; then as much of a patient who is not known.
 */
export function createBirthDatesOf({ tokens, labelRules, owners, pages, standing }: Needs) {
  return async function birthDatesOf(
    sql: Sql,
    operations: readonly Operation[],
    known: ReadonlyMap<string, OwnerRow>,
    keysEpoch: number,
  ): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set<string>()
    const found = new Map<string, string>()
    for (const operation of operations) {
      if (operation.act === 'delete') continue
      const { patients, resource } = operation.content
      const birthDate = operation.type === 'Patient' ? resource['birthDate'] : undefined
      if (typeof birthDate === 'string') found.set(operation.id, birthDate)
      if (patients.length === 1 && asksAge(labelRules, labelResource(labelRules, resource)))
        wanted.add(patients[0] as string)
    }
    const missing = [...wanted].filter((patient) => !found.has(patient))
    if (missing.length === 0) return found
    const receipt = await standing()
    const rows = new Map<OwnerId, OwnerRow>()
    const tails = missing.map((patient) => {
      const row = known.get(tokens.id('Patient', patient).toString('hex'))
      if (row !== undefined) rows.set(row.owner, row)
      return { owner: row?.owner ?? TENANT_OWNER, type: 'Patient' }
    })
    for (const sealed of await pagesToWrite(sql, tails, [])) {
      const row = rows.get(sealed.owner)
      if (row === undefined || row.wrappedKey === null) continue
      for (const { id, values } of pages.open(receipt, owners.unwrap(row, keysEpoch), sealed).entries()) {
        const from = (values.birthdate?.[0] as DateRange | undefined)?.[0]
        if (typeof from === 'number') found.set(id, new Date(from).toISOString().slice(0, 10))
      }
    }
    return found
  }
}
