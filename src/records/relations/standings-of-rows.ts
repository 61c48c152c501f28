import { TENANT_OWNER } from '../../kernel/ids.ts'
import { STRANGER, type Standing } from '../facts-for.ts'
import type { Label } from '../label.ts'
import type { SealedRow } from '../own-chart.ts'
import { standingsWith } from '../search/find-owners.ts'
import type { Carers } from './carers.ts'

type Labelled = { readonly row: SealedRow; readonly label: Label }

/**
 * How a carer stands to whom each row speaks of: to every one of several patients, else to the owner it came with. Takes
 * the same statement whatever the rows are, or if there are none.
 */
export async function standingsOfRows(
  carers: Carers,
  carer: Buffer,
  rows: readonly Labelled[],
): Promise<(one: Labelled) => Standing | readonly Standing[]> {
  const patients = [...new Set(rows.flatMap(({ label }) => label.patients ?? []))]
  const standings = await standingsWith(carers, carer, patients.length > 0 ? patients : [TENANT_OWNER])
  return ({ row, label }) =>
    label.patients === undefined ? row : label.patients.map((one) => standings.get(one) ?? STRANGER)
}
