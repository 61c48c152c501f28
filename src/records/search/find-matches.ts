import type { Sql } from '../../database/sql.ts'
import { type RowId, TENANT_OWNER } from '../../kernel/ids.ts'
import { isFhirId } from '../../kernel/record-ref.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { Circumstance } from '../circumstance.ts'
import { matches, parseSearch } from '../fhir/search-query.ts'
import { carerToken } from '../read-record.ts'
import type { Tokens } from '../tokens.ts'
import { MOST_ROWS } from './candidate.ts'
import type { createFindCandidates } from './find-candidates.ts'
import { rowsByIds, rowsByTokens } from './find-rows.ts'
import { planSearch } from './plan-search.ts'

export type Condition = { readonly type: string; readonly condition: readonly (readonly [string, string])[] }

/**
 * The ids of the records that match each condition and that the actor may read; what is invisible counts as
 * missing. Opens under one internal receipt; nothing leaves. A condition needs an identifier, a name or an
 * id: anything else is `search.too-costly`.
 */
export type FindMatches = (who: Circumstance, conditions: readonly Condition[]) => Promise<string[][]>

type Needs = {
  readonly sql: Sql
  readonly tokens: Tokens
  readonly append: Append['append']
  readonly find: ReturnType<typeof createFindCandidates>
}

export function createFindMatches({ sql, tokens, append, find }: Needs): FindMatches {
  async function rowsOf({ type, condition }: Condition): Promise<RowId[]> {
    const plan = planSearch(parseSearch(type, condition), condition)
    if (plan.by === 'ids')
      return rowsByIds(
        sql,
        plan.ids.filter(isFhirId).map((id) => tokens.id(type, id)),
      )
    if (plan.by !== 'tokens')
      throw new Refusal('search.too-costly', `A condition on ${type} needs an identifier, a name or an id.`)
    const lists = plan.lists.map(({ any }) =>
      any.map(({ param, value }) => ({ param: `${type}.${param}`, token: tokens.value(`${type}.${param}`, value) })),
    )
    return rowsByTokens(sql, lists, MOST_ROWS)
  }

  return async function findMatches({ actor, requestId }, conditions) {
    const carer = carerToken(tokens, actor.fhirUser)
    const readable = await Promise.all(
      conditions.map(async (one) => find.readable(actor, carer, one.type, await rowsOf(one))),
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
