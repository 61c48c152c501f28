import type { RowId } from '../../kernel/ids.ts'
import { tokensOf } from '../fhir/search-tokens.ts'
import type { Indexed } from '../index-pages.ts'
import type { Label } from '../label.ts'
import type { Tokens } from '../tokens.ts'
import type { Change } from './change.ts'
import type { Content } from './operation.ts'

/** What the index page of a record holds of it. */
export const indexedOf = (row: RowId, at: Date, content: Content, label: Label): Indexed => ({
  row,
  id: label.id,
  lastUpdated: at.getTime(),
  values: content.values,
  ...(label.patients && { patients: label.patients }),
  ...(label.categories && { categories: label.categories }),
  ...(label.security && { security: label.security }),
})

/** The keyed tokens by which it is found across patients. */
export const searchTokensOf = (tokens: Tokens, type: string, { values }: Content): Change['tokens'] =>
  tokensOf(type, values).map(({ param, value }: { param: string; value: string }) => ({
    param: `${type}.${param}`,
    token: tokens.value(`${type}.${param}`, value),
  }))
