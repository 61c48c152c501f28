import type { SearchQuery } from '../fhir/search-query.ts'
import { tokenLookups } from '../fhir/search-tokens.ts'

/**
 * How a search finds its candidates, cheapest first:
 *
 * - `patients`  the query names patients: their sealed index pages
 * - `ids`       the query names ids: those rows
 * - `tokens`    some of its values have keyed tokens: the rows that share them, verified after opening
 * - `scan`      nothing helps: the index pages of everyone the actor may see
 */
export type SearchPlan =
  | { readonly by: 'patients'; readonly patients: readonly string[] }
  | { readonly by: 'ids'; readonly ids: readonly string[] }
  | { readonly by: 'tokens'; readonly lists: readonly { readonly any: readonly { param: string; value: string }[] }[] }
  | { readonly by: 'scan' }

export function planSearch(query: SearchQuery, pairs: readonly (readonly [string, string])[]): SearchPlan {
  if (query.patient !== undefined)
    return { by: 'patients', patients: query.patient.map((reference) => reference.replace(/^Patient\//, '')) }
  const ids = pairs.find(([name]) => name === '_id')?.[1]
  if (ids !== undefined) return { by: 'ids', ids: ids.split(',') }
  const lists = tokenLookups(query).filter((list) => list.any.length > 0)
  return lists.length > 0 ? { by: 'tokens', lists } : { by: 'scan' }
}
