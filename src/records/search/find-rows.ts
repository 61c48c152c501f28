import { nearest } from '../../database/nearest.ts'
import type { Sql } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type RowId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { type Carers, numbered } from '../relations/carers.ts'
import { areRelated, tokensOf } from '../relations/relations-of-carer.ts'
import { MOST_ROWS } from './candidate.ts'
import type { Among } from './look-among.ts'

type Token = { readonly param: string; readonly token: Buffer }

/** Rows that were looked for, and those that were found in the place of what is not there: never to be told of. */
export type FoundRows = { readonly rows: readonly RowId[]; readonly decoys: readonly RowId[] }

/** Rows of those among whom is looked: `who` null is everybody. */
const amongThem = (row: string, [who, own, launched]: readonly [string, string, string]): string =>
  `(${who}::int is null or exists (
    select from record_heads h join owners o on o.tenant_id = h.tenant_id and o.owner_id = h.owner_id
    where h.tenant_id = ${TENANT_ID} and h.row_id = ${row} and (h.owner_id = '${TENANT_OWNER}'
      or o.patient_token in (${own}::bytea, ${launched}::bytea) or ${areRelated(tokensOf(who), 'h.owner_id')})))`

const carerOf = (among: Among): Buffer => (among === 'everybody' ? NOBODY : among.carer)
const NOBODY = Buffer.alloc(0)
const ownOf = (among: Among, n: number): Buffer | null => (among === 'everybody' ? null : (among.own[n] ?? null))

/** Rows of each `t` of those among whom is looked, and in any case a decoy: of that token, or of the next one. */
const BY_ANY = `select t.n, s.row_id, s.meant
  from unnest($2::int[], $3::text[], $4::bytea[], $5::int[], $6::bytea[], $7::bytea[]) t(n, param, token, who, own, launched)
  cross join lateral ${nearest('search_tokens', 'token', 't.token', 'and param = t.param')} near
  cross join lateral (
    (select a.row_id, true as meant from search_tokens a
      where a.tenant_id = ${TENANT_ID} and a.param = t.param and a.token = t.token
        and ${amongThem('a.row_id', ['t.who', 't.own', 't.launched'])} limit ${MOST_ROWS})
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
async function byAny({ queryAs }: Carers, asked: readonly Asked[]): Promise<FoundRows[]> {
  const tokens = asked.flatMap(({ any, among }, n) => any.map((one) => ({ ...one, n, among })))
  const { each, who } = numbered(tokens.map((one) => carerOf(one.among)))
  const values = [
    tokens.map((one) => one.n),
    tokens.map((one) => one.param),
    tokens.map((one) => one.token),
    tokens.map((one, n) => (one.among === 'everybody' ? null : who[n])),
    ...[0, 1].map((n) => tokens.map((one) => ownOf(one.among, n))),
  ]
  const found = asked.map((): Found[] => [])
  const { rows } = await queryAs<Found & { n: number }>(each, BY_ANY, values, 'rows-by-any-token')
  for (const one of rows) found[one.n]?.push(one)
  return found.map(foundRows)
}

/** The rows that hold any of these tokens; many callers share one statement. */
export function createRowsByAny(carers: Carers): (asked: Asked) => Promise<FoundRows> {
  return createBatcher({ lanes: 2, most: 64, run: (asked) => byAny(carers, asked) })
}

/** The rows that hold a token of every list (any of a list will do). `limit` bounds what is looked at. */
export async function rowsByTokens(
  { queryAs }: Carers,
  lists: readonly (readonly Token[])[],
  limit: number,
  among: Among,
): Promise<FoundRows> {
  const values: unknown[] = [among === 'everybody' ? null : 1, ownOf(among, 0), ownOf(among, 1)]
  const one = (list: readonly Token[]): string => {
    values.push(
      list.map((each) => each.param),
      list.map((each) => each.token),
    )
    return `select s.row_id from unnest($${values.length}::text[], $${values.length + 1}::bytea[]) t(param, token)
      join search_tokens s on s.tenant_id = ${TENANT_ID} and s.param = t.param and s.token = t.token`
  }
  const text = `select f.row_id from (${lists.map(one).join(' intersect ')}) f
    where ${amongThem('f.row_id', ['$2', '$3', '$4'])} limit ${limit}`
  const { rows } = await queryAs<{ row_id: RowId }>(
    [carerOf(among)],
    text,
    values,
    lists.length <= 3 ? `rows-by-tokens-${lists.length}-${limit}` : undefined,
  )
  return { rows: [...new Set(rows.map((row) => row.row_id))], decoys: [] }
}

/** For each of many single tokens asked at once, the rows that hold it. */
export const rowsByEachToken = (
  carers: Carers,
  asked: readonly { readonly token: Token; readonly among: Among }[],
): Promise<FoundRows[]> =>
  asked.length === 0
    ? Promise.resolve([])
    : byAny(
        carers,
        asked.map(({ token, among }) => ({ any: [token], among })),
      )

/** The rows of these ids, deleted or not. */
export async function rowsByIds(sql: Sql, idTokens: readonly Buffer[]): Promise<FoundRows> {
  return foundRows(await sql.query<Found>(BY_IDS, [idTokens], 'rows-by-ids'))
}
