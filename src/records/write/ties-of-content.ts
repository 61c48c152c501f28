import type { OwnerId } from '../../kernel/ids.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import type { Label } from '../label.ts'
import { type Author, type RelationRow, relationRows, type UnitRow, unitRows } from '../relations/relation-rows.ts'
import type { Tokens } from '../tokens.ts'

/** Whom a record relates to which owner, and who by it belongs where. */
export type Ties = {
  readonly relations: readonly (RelationRow & { readonly owner: OwnerId })[]
  readonly units: readonly UnitRow[]
}
export const NO_TIES: Ties = { relations: [], units: [] }

/**
 * The ties of one version; undefined leaves those there are: of a Consent, only what counts says any. A record of several
 * patients ties each by an element of its own, or nobody.
 */
export function tiesOfContent(
  tokens: Tokens,
  resource: Resource | undefined,
  { type, patient, counts }: Label,
  owner: OwnerId,
  ownerOf: (patient: string) => OwnerId,
  author: Author | undefined,
): Ties | undefined {
  if (type === 'Consent' && counts !== true) return undefined
  if (resource === undefined) return NO_TIES
  return {
    relations: relationRows(tokens, resource, author).flatMap((one) =>
      one.patient !== undefined
        ? [{ ...one, owner: ownerOf(one.patient) }]
        : patient === undefined
          ? []
          : [{ ...one, owner }],
    ),
    units: unitRows(tokens, resource, author),
  }
}
