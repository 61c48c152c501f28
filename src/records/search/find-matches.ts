import type { Sql } from '../../database/sql.ts'
import { TENANT_OWNER } from '../../kernel/ids.ts'
import { isFhirId } from '../../kernel/record-ref.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { Circumstance } from '../circumstance.ts'
import { matches, parseSearch } from '../fhir/search-query.ts'
import type { Masking } from '../mask/masking.ts'
import { refuseMaskedSearch } from '../mask/reads-masked.ts'
import { carerToken } from '../read-record.ts'
import type { Carers } from '../relations/carers.ts'
import type { Tokens } from '../tokens.ts'
import { MOST_ROWS } from './candidate.ts'
import type { createFindCandidates } from './find-candidates.ts'
import { type FoundRows, rowsByEachToken, rowsByIds, rowsByTokens } from './find-rows.ts'
import type { Among, createLookAmong } from './look-among.ts'
import { planSearch } from './plan-search.ts'

export type Condition = { readonly type: string; readonly condition: readonly (readonly [string, string])[] }

/**
 * The ids of the records that match each condition and that the actor may read; what is invisible counts as
 * missing, and what is masked for them is not asked about. Opens under one internal receipt; nothing leaves. A condition needs an identifier, a name or an
 * id: anything else is `search.too-costly`.
 */
export type FindMatches = (who: Circumstance, conditions: readonly Condition[]) => Promise<string[][]>

type TokenList = { readonly param: string; readonly token: Buffer }[]

type Needs = {
  readonly sql: Sql
  readonly carers: Carers
  readonly tokens: Tokens
  readonly append: Append['append']
  readonly find: ReturnType<typeof createFindCandidates>
  readonly masking: Masking
  readonly lookAmong: ReturnType<typeof createLookAmong>
}

export function createFindMatches({ sql, carers, tokens, append, find, masking, lookAmong }: Needs): FindMatches {
  type Looked = { readonly rows: FoundRows } | { readonly lists: TokenList[] }

  async function lookOf({ type, condition }: Condition): Promise<Looked> {
    const plan = planSearch(parseSearch(type, condition), condition)
    if (plan.by === 'ids')
      return {
        rows: await rowsByIds(
          sql,
          plan.ids.filter(isFhirId).map((id) => tokens.id(type, id)),
        ),
      }
    if (plan.by !== 'tokens')
      throw new Refusal('search.too-costly', `A condition on ${type} needs an identifier, a name or an id.`)
    const tokenOf = ({ param, value }: { param: string; value: string }) => ({
      param: `${type}.${param}`,
      token: tokens.value(`${type}.${param}`, value),
    })
    return { lists: plan.lists.map(({ any }) => any.map(tokenOf)) }
  }

  /** The rows of each condition; all that ask for a single token, as identifiers do, share one statement. */
  async function rowsOf(conditions: readonly Condition[], amongOf: (type: string) => Among): Promise<FoundRows[]> {
    const looked = await Promise.all(conditions.map(lookOf))
    const single = (one: Looked) =>
      'lists' in one && one.lists.length === 1 && one.lists[0]?.length === 1 ? one.lists[0][0] : undefined
    const typeOf = (n: number) => (conditions[n] as Condition).type
    const singles = looked.flatMap((one, n) => {
      const token = single(one)
      return token === undefined ? [] : [{ token, among: amongOf(typeOf(n)) }]
    })
    const found = await rowsByEachToken(carers, singles)
    let next = 0
    return Promise.all(
      looked.map(async (one, n) => {
        if ('rows' in one) return one.rows
        return single(one) === undefined
          ? rowsByTokens(carers, one.lists, MOST_ROWS, amongOf(typeOf(n)))
          : (found[next++] as FoundRows)
      }),
    )
  }

  return async function findMatches({ actor, requestId }, conditions) {
    for (const { type, condition } of conditions)
      refuseMaskedSearch(parseSearch(type, condition), masking.obligationsOf(actor, type))
    const carer = carerToken(tokens, actor.fhirUser)
    const found = await rowsOf(conditions, (type) => lookAmong(actor, 'read', type, carer))
    const readable = await Promise.all(
      conditions.map((one, n) => find.readable(actor, 'read', carer, one.type, found[n] as FoundRows)),
    )
    const rows = new Set(readable.flat().map((row) => row.row))
    const [entry] = await append([
      {
        kind: 'internal',
        interaction: 'condition',
        action: 'E',
        outcome: '0',
        actor,
        purpose: actor.purpose,
        owner: TENANT_OWNER,
        requestId,
        query: conditions
          .map(({ type, condition }) => `${type}?${condition.map(([name, value]) => `${name}=${value}`).join('&')}`)
          .join('\n'),
        opens: { rows },
      },
    ])
    const { receipt } = entry as Appended
    return conditions.map(({ type, condition }, n) => {
      const query = parseSearch(type, condition)
      return find
        .opened(readable[n] ?? [], receipt)
        .filter((one) => matches(query, one.entry, one.self))
        .map((one) => one.self.id)
    })
  }
}
