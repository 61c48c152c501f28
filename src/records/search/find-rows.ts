import type { Sql } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type RowId, TENANT_ID } from '../../kernel/ids.ts'
import { MOST_ROWS } from './candidate.ts'

type Token = { readonly param: string; readonly token: Buffer }

const BY_ANY = `select t.n, s.row_id from unnest($1::int[], $2::text[], $3::bytea[]) t(n, param, token)
  cross join lateral (
    select row_id from search_tokens where tenant_id = ${TENANT_ID} and param = t.param and token = t.token limit ${MOST_ROWS}
  ) s`

/** The rows that hold any of these tokens, MOST_ROWS of them at most; many callers share one statement. */
export function createRowsByAny(sql: Sql): (any: readonly Token[]) => Promise<RowId[]> {
  return createBatcher({
    lanes: 2,
    most: 64,
    async run(asked) {
      const each = asked.flatMap((any, n) => any.map((one) => ({ ...one, n })))
      const values = [each.map((one) => one.n), each.map((one) => one.param), each.map((one) => one.token)]
      const found = asked.map(() => new Set<RowId>())
      for (const { n, row_id } of await sql.query<{ n: number; row_id: RowId }>(BY_ANY, values, 'rows-by-any-token'))
        found[n]?.add(row_id)
      return found.map((rows) => [...rows].slice(0, MOST_ROWS))
    },
  })
}

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

/** For each of many single tokens asked at once, the rows that hold it. */
export async function rowsByEachToken(
  sql: Sql,
  asked: readonly { param: string; token: Buffer }[],
): Promise<RowId[][]> {
  const found: RowId[][] = asked.map(() => [])
  if (asked.length === 0) return found
  const rows = await sql.query<{ n: number; row_id: RowId }>(
    `select t.n::int as n, s.row_id from unnest($1::text[], $2::bytea[]) with ordinality t(param, token, n)
     join search_tokens s on s.tenant_id = ${TENANT_ID} and s.param = t.param and s.token = t.token limit $3`,
    [asked.map((one) => one.param), asked.map((one) => one.token), MOST_ROWS],
    'rows-by-each-token',
  )
  for (const { n, row_id } of rows) found[n - 1]?.push(row_id)
  return found
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
