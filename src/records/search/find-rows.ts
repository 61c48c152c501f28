import { nearest } from '../../database/nearest.ts'
import type { Sql } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type RowId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { isRelated } from '../relations/relations-of-carer.ts'
import { MOST_ROWS } from './candidate.ts'
import type { Among } from './look-among.ts'

type Token = { readonly param: string; readonly token: Buffer }

/** Rows that were looked for, and those that were found in the place of what is not there: never to be told of. */
export type FoundRows = { readonly rows: readonly RowId[]; readonly decoys: readonly RowId[] }

/** Rows of those among whom is looked: `carer` null is everybody. */
const amongThem = (row: string, [carer, own, launched]: readonly [string, string, string]): string =>
  `(${carer}::bytea is null or exists (
    select from record_heads h join owners o on o.tenant_id = h.tenant_id and o.owner_id = h.owner_id
    where h.tenant_id = ${TENANT_ID} and h.row_id = ${row} and (h.owner_id = '${TENANT_OWNER}'
      or o.patient_token in (${own}::bytea, ${launched}::bytea) or ${isRelated(carer, 'h.owner_id')})))`

const valuesOf = (among: Among): (Buffer | null)[] =>
  among === 'everybody' ? [null, null, null] : [among.carer, among.own[0] ?? null, among.own[1] ?? null]

/** Rows of each `t` of those among whom is looked, and in any case a decoy: of that token, or of the next one. */
const BY_ANY = `select t.n, s.row_id, s.meant
  from unnest($1::int[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[]) t(n, param, token, carer, own, launched)
  cross join lateral ${nearest('search_tokens', 'token', 't.token', 'and param = t.param')} near
  cross join lateral (
    (select a.row_id, true as meant from search_tokens a
      where a.tenant_id = ${TENANT_ID} and a.param = t.param and a.token = t.token
        and ${amongThem('a.row_id', ['t.carer', 't.own', 't.launched'])} limit ${MOST_ROWS})
    union all (select a.row_id, false from search_tokens a
      where a.tenant_id = ${TENANT_ID} and a.param = t.param and a.token = near.token limit 1)
  ) s`
const BY_IDS = `select h.row_id, h.id_token = t.token as meant
  from unnest($1::bytea[]) t(token) cross join lateral ${nearest('record_heads', 'id_token', 't.token')} h`

type Found = { row_id: RowId; meant: boolean }
/** Each row once; a decoy counts only where nothing else was found. */
function foundRows(found: readonly Found[]): FoundRows {
  const rows = [...new Set(found.flatMap((one) => (one.meant ? [one.row_id] : [])))].slice(0, MOST_ROWS)
  return { rows, decoys: rows.length > 0 ? [] : found.map((one) => one.row_id) }
}

type Asked = { readonly any: readonly Token[]; readonly among: Among }

/** For each that is asked, the rows that hold any of its tokens, MOST_ROWS of them at most. */
async function byAny(sql: Sql, asked: readonly Asked[]): Promise<FoundRows[]> {
  const each = asked.flatMap(({ any, among }, n) => any.map((one) => ({ ...one, n, among: valuesOf(among) })))
  const values = [
    each.map((one) => one.n),
    each.map((one) => one.param),
    each.map((one) => one.token),
    ...[0, 1, 2].map((n) => each.map((one) => one.among[n] ?? null)),
  ]
  const found = asked.map((): Found[] => [])
  for (const one of await sql.query<Found & { n: number }>(BY_ANY, values, 'rows-by-any-token')) found[one.n]?.push(one)
  return found.map(foundRows)
}

/** The rows that hold any of these tokens; many callers share one statement. */
export function createRowsByAny(sql: Sql): (asked: Asked) => Promise<FoundRows> {
  return createBatcher({ lanes: 2, most: 64, run: (asked) => byAny(sql, asked) })
}

/** The rows that hold a token of every list (any of a list will do). `limit` bounds what is looked at. */
export async function rowsByTokens(
  sql: Sql,
  lists: readonly (readonly Token[])[],
  limit: number,
  among: Among,
): Promise<FoundRows> {
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
  return { rows: [...new Set(rows.map((row) => row.row_id))], decoys: [] }
}

/** For each of many single tokens asked at once, the rows that hold it. */
export const rowsByEachToken = (
  sql: Sql,
  asked: readonly { readonly token: Token; readonly among: Among }[],
): Promise<FoundRows[]> =>
  asked.length === 0
    ? Promise.resolve([])
    : byAny(
        sql,
        asked.map(({ token, among }) => ({ any: [token], among })),
      )

/** The rows of these ids, deleted or not. */
export async function rowsByIds(sql: Sql, idTokens: readonly Buffer[]): Promise<FoundRows> {
  return foundRows(await sql.query<Found>(BY_IDS, [idTokens], 'rows-by-ids'))
}
