import type { OwnerId } from '../../kernel/ids.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { claimsOf, type RelationRow, relationRows, type UnitRow, unitRows } from '../relations/relation-rows.ts'
import { type Author, settleTies, type Tie } from '../relations/settle-ties.ts'
import type { Tokens } from '../tokens.ts'

/** Whom a record relates to which owner, and who by it belongs where. */
export type TieRows = {
  readonly relations: readonly (RelationRow & { readonly owner: OwnerId })[]
  readonly units: readonly UnitRow[]
}
const NO_ROWS: TieRows = { relations: [], units: [] }

type Version = {
  /** Undefined of a deletion. */
  readonly resource: Resource | undefined
  readonly owner: OwnerId
  /** Of several patients, it ties each by an element of its own, or nobody. */
  readonly ofSeveral: boolean
  /** Of the version before. */
  readonly before: readonly Tie[] | undefined
  readonly moved: boolean
}

/** The ties of one version, as its label keeps them, and as rows. */
export function tiesOfContent(
  tokens: Tokens,
  { resource, owner, ofSeveral, before, moved }: Version,
  ownerOf: (patient: string) => OwnerId,
  author: Author,
): { readonly ties: readonly Tie[] | undefined; readonly rows: TieRows } {
  if (resource === undefined) return { ties: before, rows: NO_ROWS }
  const ties = settleTies(claimsOf(tokens, resource), before, moved, author)
  const relations = relationRows(tokens, resource, ties).flatMap((one) =>
    one.patient !== undefined ? [{ ...one, owner: ownerOf(one.patient) }] : ofSeveral ? [] : [{ ...one, owner }],
  )
  return { ties: ties.length > 0 ? ties : undefined, rows: { relations, units: unitRows(tokens, resource, ties) } }
}
