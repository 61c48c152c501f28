import type { Sql } from '../../database/sql.ts'
import { type RowId, TENANT_ID } from '../../kernel/ids.ts'

/** The rows that hold a token of every list (any of a list will do). `limit` bounds what is looked at. */
export async function rowsByTokens(
  sql: Sql,
  lists: readonly (readonly { param: string; token: Buffer }[])[],
  limit: number,
): Promise<RowId[]> {
  const values: unknown[] = []
  const one = (list: readonly { param: string; token: Buffer }[]): string => {
    values.push(
      list.map((each) => each.param),
      list.map((each) => each.token),
    )
    return `select s.row_id from unnest($${values.length - 1}::text[], $${values.length}::bytea[]) t(param, token)
      join search_tokens s on s.tenant_id = ${TENANT_ID} and s.param = t.param and s.token = t.token`
  }
  const text = `${lists.map(one).join(' intersect ')} limit ${limit}`
  const rows = await sql.query<{ row_id: RowId }>(
    text,
    values,
    lists.length <= 3 ? `rows-by-tokens-${lists.length}-${limit}` : undefined,
  )
  return [...new Set(rows.map((row) => row.row_id))]
}

/** The rows of these ids. */
export async function rowsByIds(sql: Sql, idTokens: readonly Buffer[]): Promise<RowId[]> {
  const rows = await sql.query<{ row_id: RowId }>(
    `select row_id from record_heads where tenant_id = ${TENANT_ID} and id_token = any($1) and not deleted`,
    [idTokens],
    'rows-by-ids',
  )
  return rows.map((row) => row.row_id)
}
