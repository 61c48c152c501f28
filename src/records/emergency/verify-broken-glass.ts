import type { Sql } from '../../database/sql.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../../kernel/ids.ts'
import type { Reviews } from '../reviews.ts'
import type { Report } from '../verify-index.ts'

/** Every broken glass has its review, and an entry of the ledger that the patient can read: else it was put in by hand. */
export async function checkBrokenGlass(sql: Sql, reviews: Reviews, report: Report): Promise<void> {
  const rows = await sql.query<{ row_id: RowId; owner_id: OwnerId; carer_token: Buffer }>(
    `select row_id, owner_id, carer_token from care_relations where tenant_id = ${TENANT_ID} and kind = 'break-glass'`,
  )
  for (const { row_id, owner_id, carer_token } of rows) {
    const review = await reviews.find(sql, row_id).catch(() => undefined)
    const [entry] =
      review === undefined
        ? []
        : await sql.query(
            `select e.entry_id from ledger_entries e join reviews r on r.tenant_id = e.tenant_id and r.review_id = $3
             where e.tenant_id = ${TENANT_ID} and e.entry_id = $1 and e.owner_id = $2 and r.owner_id = $2 and r.actor_token = $4`,
            [review.kept.entry, owner_id, row_id, carer_token],
          )
    if (entry === undefined)
      report('relation.unfounded', `review ${row_id}, owner ${owner_id}`, 'a glass that nobody broke by the ledger')
  }
}
