import type { Sql } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type RowId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { isRelated } from '../relations/relations-of-carer.ts'
import { MOST_ROWS } from './candidate.ts'
import type { Among } from './look-among.ts'

type Token = { readonly param: string; readonly token: Buffer }

/** Rows of those among whom is looked: `carer` null is everybody. */
const amongThem = (row: string, [carer, own, launched]: readonly [string, string, string]): string =>
  `(${carer}::bytea is null or exists (
    select from record_heads h join owners o on o.tenant_id = h.tenant_id and o.owner_id = h.owner_id
    where h.tenant_id = ${TENANT_ID} and h.row_id = ${row} and (h.owner_id = '${TENANT_OWNER}'
      or o.patient_token in (${own}::bytea, ${launched}::bytea) or ${isRelated(carer, 'h.owner_id')})))`

const valuesOf = (among: Among): (Buffer | null)[] =>
  among === 'everybody' ? [null, null, null] : [among.carer, among.own[0] ?? null, among.own[1] ?? null]

const BY_ANY = `select t.n, s.row_id
  from unnest($1::int[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[]) t(n, param, token, carer, own, launched)
  cross join lateral (
    select a.row_id from search_tokens a where a.tenant_id = ${TENANT_ID} and a.param = t.param and a.token = t.token
      and ${amongThem('a.row_id', ['t.carer', 't.own', 't.launched'])} limit ${MOST_ROWS}
  ) s`

type Asked = { readonly any: readonly Token[]; readonly among: Among }

/** For each that is asked, the rows that hold any of its tokens, MOST_ROWS of them at most. */
async function byAny(sql: Sql, asked: readonly Asked[]): Promise<RowId[][]> {
  const each = asked.flatMap(({ any, among }, n) => any.map((one) => ({ ...one, n, among: valuesOf(among) })))
  const values = [
    each.map((one) => one.n),
    each.map((one) => one.param),
    each.map((one) => one.token),
    ...[0, 1, 2].map((n) => each.map((one) => one.among[n] ?? null)),
  ]
  const found = asked.map(() => new Set<RowId>())
  for (const { n, row_id } of await sql.query<{ n: number; row_id: RowId }>(BY_ANY, values, 'rows-by-any-token'))
    found[n]?.add(row_id)
  return found.map((rows) => [...rows].slice(0, MOST_ROWS))
}

/** The rows that hold any of these tokens; many callers share one statement. */
export function createRowsByAny(sql: Sql): (asked: Asked) => Promise<RowId[]> {
  return createBatcher({ lanes: 2, most: 64, run: (asked) => byAny(sql, asked) })
}

/** The rows that hold a token of every list (any of a list will do). `limit` bounds what is looked at. */
export async function rowsByTokens(
  sql: Sql,
  lists: readonly (readonly Token[])[],
  limit: number,
  among: Among,
): Promise<RowId[]> {
  const values: unknown[] = [...valuesOf(among)]
  const one = (list: readonly Token[]): string => {
    values.push(
      list.map((each) => each.param),
      list.map((each) => each.token),
    )
    return `select s.row_id from unnest($${values.length - 1}::text[], $${values.length}::bytea[]) t(param, token)
      join search_tokens s on s.tenant_id = ${TENANT_ID} and s.param = t.param and s.token = t.token`
  }
  const text = `select f.row_id from (${lists.map(one).join(' intersect ')}) f
    where ${amongThem('f.row_id', ['$1', '$2', '$3'])} limit ${limit}`
  const rows = await sql.query<{ row_id: RowId }>(
    text,
    values,
    lists.length <= 3 ? `rows-by-tokens-${lists.length}-${limit}` : undefined,
  )
  return [...new Set(rows.map((row) => row.row_id))]
}

/** For each of many single tokens asked at once, the rows that hold it. */
export const rowsByEachToken = (
  sql: Sql,
  asked: readonly { readonly token: Token; readonly among: Among }[],
): Promise<RowId[][]> =>
  asked.length === 0
    ? Promise.resolve([])
    : byAny(
        sql,
        asked.map(({ token, among }) => ({ any: [token], among })),
      )

/** The rows of these ids. */
export async function rowsByIds(sql: Sql, idTokens: readonly Buffer[]): Promise<RowId[]> {
  const rows = await sql.query<{ row_id: RowId }>(
    `select row_id from record_heads where tenant_id = ${TENANT_ID} and id_token = any($1) and not deleted`,
    [idTokens],
    'rows-by-ids',
  )
  return rows.map((row) => row.row_id)
}
