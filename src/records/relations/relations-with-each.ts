import type { Sql } from '../../database/sql.ts'
import { TENANT_OWNER } from '../../kernel/ids.ts'
import type { Relation } from '../../policy/facts.ts'
import { withEach } from '../facts-for.ts'
import type { Label } from '../label.ts'
import type { SealedRow } from '../own-chart.ts'
import { relationsWith } from '../search/find-owners.ts'

type Labelled = { readonly row: SealedRow; readonly label: Label }

/**
 * The relations to decide on for each row: of a record that speaks of several patients, those that hold with every one
 * of them; of any other, those its row came with. Takes the same statement whatever the rows are, or if there are none.
 */
export async function relationsWithEach(
  sql: Sql,
  carer: Buffer,
  rows: readonly Labelled[],
): Promise<(one: Labelled) => readonly Relation[]> {
  const patients = [...new Set(rows.flatMap(({ label }) => label.patients ?? []))]
  const related = await relationsWith(sql, carer, patients.length > 0 ? patients : [TENANT_OWNER])
  return ({ row, label }) =>
    label.patients === undefined ? row.relations : withEach(label.patients.map((one) => related.get(one) ?? []))
}
