import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import type { Account } from '../account.ts'

/** Ends all that apps hold in a person's name, with the transaction it is asked in. */
export async function endGrants({ id }: Pick<Account, 'id'>, sql: Sql): Promise<void> {
  await sql.query(`delete from access_tokens where tenant_id = ${TENANT_ID} and account_id = $1`, [id])
  await sql.query(`delete from oauth_rows where tenant_id = ${TENANT_ID} and account_id = $1`, [id])
}
