import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import { unitsOfCarer } from './relations-of-carer.ts'

/** A membership's record and how long it lasts, sealed, and so on for each on the way. */
export type Way = readonly (string | null)[]
/** What somebody belongs to as the database says it: a token, whether it is known, and the way there. */
export type Told = readonly [token: string, known: boolean, way: Way]

/** Who asks, by the token of their own record, and what they belong to or did. */
export type Carer = {
  /** Another one for whatever else is known of them. */
  readonly name: string
  readonly token: string
  /** Theirs and those of all they belong to, as PostgreSQL writes an array. */
  readonly tokens: string
  /** By each of these tokens, the ways to it: whoever holds all memberships of one at a moment belongs there. */
  readonly ways: ReadonlyMap<string, readonly Way[]>
  /** As the database says it (`unitsOfCarer`); null is nothing. */
  readonly units: string | null
}

/** Who has no record of their own. */
export const NO_CARER: Carer = { name: '', token: '', tokens: '{}', ways: new Map(), units: null }

/** Everybody once, and for each of many who of them it is, from 1. */
export function numbered(carers: readonly Buffer[]): { readonly each: readonly Buffer[]; readonly who: number[] } {
  const numbers = new Map<string, number>()
  const each: Buffer[] = []
  const who = carers.map((one) => {
    const token = one.toString('hex')
    const n = numbers.get(token) ?? each.push(one)
    numbers.set(token, n)
    return n
  })
  return { each, who }
}

const MOST_KEPT = 5_000
const WITH_CARERS = `with carers as materialized (
  select n, tokens::bytea[] as tokens from unnest($1::text[]) with ordinality k(tokens, n))`

function carerOf(token: string, units: string | null, name: string): Carer {
  const ways = new Map<string, Way[]>([[token, [[]]]])
  for (const [unit, known, way] of JSON.parse(units ?? '[]') as Told[]) {
    if (!known) continue
    const there = ways.get(unit)
    if (there === undefined) ways.set(unit, [way])
    else there.push(way)
  }
  const tokens = `{${[...ways.keys()].map((one) => `"\\\\x${one}"`).join(',')}}`
  return { name, token, tokens, ways, units }
}

type Known = { readonly carer: Carer; readonly epoch: number }

export type Carers = ReturnType<typeof createCarers>

/**
 * Knows what those who ask belong to, and asks the database anew as soon as that has changed for anybody: whatever
 * transaction changes it counts the epoch `members`, which is read by each statement that builds on what is known.
 */
export function createCarers(sql: Sql) {
  const kept = new Map<string, Known>()
  let newest = 0
  let made = 0

  async function ask(from: Sql, carers: readonly Buffer[]): Promise<[token: string, Known][]> {
    if (carers.length === 0) return []
    const rows = await from.query<{ carer: Buffer; units: string | null; epoch: number }>(
      `select t.carer, ${unitsOfCarer('t.carer')} as units,
         (select value from epochs where tenant_id = ${TENANT_ID} and name = 'members') as epoch
       from unnest($1::bytea[]) t(carer)`,
      [carers],
      'units-of-carers',
    )
    return rows.map(({ carer: bytes, units, epoch }) => {
      const token = bytes.toString('hex')
      const before = kept.get(token)?.carer
      const same = before !== undefined && before.units === units
      return [token, { carer: same ? before : carerOf(token, units, String(++made)), epoch }]
    })
  }

  async function know(carers: readonly Buffer[]): Promise<(Known | undefined)[]> {
    const tokens = carers.map((one) => one.toString('hex'))
    const known = new Map(tokens.map((token) => [token, kept.get(token)]))
    const unknown = carers.filter((one, n) => one.length > 0 && known.get(tokens[n] as string)?.epoch !== newest)
    for (const [token, one] of await ask(sql, unknown)) {
      newest = Math.max(newest, one.epoch)
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string)
      kept.set(token, one)
      known.set(token, one)
    }
    return tokens.map((token) => known.get(token))
  }

  return {
    /** As a transaction sees it, with its own changes. By their tokens in hex; nothing is told of who has none. */
    async within(tx: Sql, carers: readonly Buffer[]): Promise<ReadonlyMap<string, Carer>> {
      const asked = await ask(
        tx,
        carers.filter((one) => one.length > 0),
      )
      return new Map(asked.map(([token, { carer }]) => [token, carer]))
    },
    /**
     * Rows of a statement that finds in `carers(n, tokens)` what each of these belongs to (`tokensOf`), at the very moment
     * at which it looks, and who they are. Its `$1` are these.
     */
    async queryAs<Row>(carers: readonly Buffer[], text: string, values: readonly unknown[], name: string | undefined) {
      for (;;) {
        const known = await know(carers)
        const all = known.map((one) => one?.carer ?? NO_CARER)
        const rows = await sql.query<Row & { epoch: number; found: boolean | null }>(
          `${WITH_CARERS} select e.value as epoch, q.* from epochs e left join lateral (select true as found, f.* from (${text}) f) q on true
           where e.tenant_id = ${TENANT_ID} and e.name = 'members'`,
          [all.map((one) => one.tokens), ...values],
          name,
        )
        const { epoch = newest } = rows[0] ?? {}
        newest = Math.max(newest, epoch)
        if (known.every((one) => one === undefined || one.epoch === epoch))
          return { rows: rows.filter((one) => one.found), carers: all }
      }
    },
  }
}
