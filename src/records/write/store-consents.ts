import type { Transaction } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import type { ConsentsInForce } from './consents-in-force.ts'

/** Keeps the rules in force of every patient whose consents changed. The owners are locked: nobody else writes them. */
export async function storeConsents(tx: Transaction, inForce: ConsentsInForce): Promise<void> {
  for (const [owner, sealed] of inForce) {
    if (sealed === null)
      await tx.query(`delete from owner_consents where tenant_id = ${TENANT_ID} and owner_id = $1`, [owner])
    else
      await tx.query(
        `insert into owner_consents (tenant_id, owner_id, sealed) values (${TENANT_ID}, $1, $2)
         on conflict (tenant_id, owner_id) do update set sealed = excluded.sealed`,
        [owner, sealed],
      )
  }
}
