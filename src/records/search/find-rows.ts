import type { Sql } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type RowId, TENANT_ID } from '../../kernel/ids.ts'
import { nearest } from '../nearest.ts'
import { MOST_ROWS } from './candidate.ts'

type Token = { readonly param: string; readonly token: Buffer }

/** Rows that were looked for, and those that were found in the place of what is not there: never to be told of. */
export type FoundRows = { readonly rows: readonly RowId[]; readonly decoys: readonly RowId[] }

/** Rows of each `t`, or a decoy. */
const OF_TOKENS = `cross join lateral ${nearest('search_tokens', 'token', 't.token', 'and param = t.param')} near
  cross join lateral (select row_id from search_tokens where tenant_id = ${TENANT_ID} and param = t.param and token = near.token
    limit case when near.token = t.token then ${MOST_ROWS} else 1 end) s`
const BY_ANY = `select t.n, s.row_id, near.token = t.token as meant
  from unnest($1::int[], $2::text[], $3::bytea[]) t(n, param, token) ${OF_TOKENS}`
const BY_EACH = `select t.n::int as n, s.row_id, near.token = t.token as meant
  from unnest($1::text[], $2::bytea[]) with ordinality t(param, token, n) ${OF_TOKENS} limit $3`
const BY_IDS = `select h.row_id, h.id_token = t.token as meant
  from unnest($1::bytea[]) t(token) cross join lateral ${nearest('record_heads', 'id_token', 't.token')} h`

type Found = { row_id: RowId; meant: boolean }
/** Each row once; a decoy counts only where nothing else was found. */
function foundRows(found: readonly Found[]): FoundRows {
  const rows = [...new Set(found.flatMap((one) => (one.meant ? [one.row_id] : [])))].slice(0, MOST_ROWS)
  return { rows, decoys: rows.length > 0 ? [] : found.map((one) => one.row_id) }
}

/** The rows that hold any of these tokens, MOST_ROWS of them at most; many callers share one statement. */
export function createRowsByAny(sql: Sql): (any: readonly Token[]) => Promise<FoundRows> {
  return createBatcher({
    lanes: 2,
    most: 64,
    async run(asked) {
      const each = asked.flatMap((any, n) => any.map((one) => ({ ...one, n })))
      const values = [each.map((one) => one.n), each.map((one) => one.param), each.map((one) => one.token)]
      const found = asked.map((): Found[] => [])
      for (const one of await sql.query<Found & { n: number }>(BY_ANY, values, 'rows-by-any-token'))
        found[one.n]?.push(one)
      return found.map(foundRows)
    },
  })
}

/** The rows that hold a token of every list (any of a list will do). `limit` bounds what is looked at. */
export async function rowsByTokens(
  sql: Sql,
  lists: readonly (readonly { param: string; token: Buffer }[])[],
  limit: number,
): Promise<FoundRows> {
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
  return { rows: [...new Set(rows.map((row) => row.row_id))], decoys: [] }
}

/** For each of many single tokens asked at once, the rows that hold it. */
export async function rowsByEachToken(
  sql: Sql,
  asked: readonly { param: string; token: Buffer }[],
): Promise<FoundRows[]> {
  if (asked.length === 0) return []
  const found = asked.map((): Found[] => [])
  const values = [asked.map((one) => one.param), asked.map((one) => one.token), MOST_ROWS]
  for (const one of await sql.query<Found & { n: number }>(BY_EACH, values, 'rows-by-each-token'))
    found[one.n - 1]?.push(one)
  return found.map(foundRows)
}

/** The rows of these ids, deleted or not. */
export async function rowsByIds(sql: Sql, idTokens: readonly Buffer[]): Promise<FoundRows> {
  return foundRows(await sql.query<Found>(BY_IDS, [idTokens], 'rows-by-ids'))
}
