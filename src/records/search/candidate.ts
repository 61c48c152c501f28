import type { OwnerId, RowId } from '../../kernel/ids.ts'
import type { IndexEntry } from '../fhir/extract-values.ts'
import type { SecurityLabels } from '../labelling/security-labels.ts'
import type { SealedRow } from '../own-chart.ts'

/** A record that a search touches, before and after it is found to match. */
export type Candidate = {
  readonly row: RowId
  readonly owner: OwnerId
  readonly patients: readonly OwnerId[]
  readonly categories?: readonly string[] | undefined
  /** As its label has them; absent when it is like any other. */
  readonly security?: SecurityLabels | undefined
  readonly entry: IndexEntry
  readonly self: { readonly id: string; readonly lastUpdated: number }
  /** The row itself, still sealed, when finding it took fetching it. */
  readonly sealed?: SealedRow
}

/** What a search may look at, at most; beyond it is `search.too-costly`. */
export const MOST_ROWS = 5_000
export const MOST_OWNERS = 20_000
