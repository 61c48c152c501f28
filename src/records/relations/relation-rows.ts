import type { Relation } from '../../policy/facts.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { carerToken } from '../read-record.ts'
import type { Tokens } from '../tokens.ts'
import type { Lasts } from './held-relations.ts'
import { membershipsOf, relationsOf } from './relations-of.ts'

export type RelationRow = { readonly carer: Buffer; readonly kind: Relation; readonly lasts: Lasts }
export type UnitRow = { readonly member: Buffer; readonly unit: Buffer; readonly lasts: Lasts }

const lastsOf = ({ beginsAt, endsAt }: { beginsAt?: Date; endsAt?: Date }): Lasts => [
  beginsAt?.getTime() ?? null,
  endsAt?.getTime() ?? null,
]

/**
 * What a record says of relations, as rows. What `author` writes in their own favour is only self-declared: it does not
 * open a chart by itself.
 */
export const relationRows = (tokens: Tokens, resource: Resource, author?: string): RelationRow[] =>
  relationsOf(resource).map((one) => ({
    carer: carerToken(tokens, one.carer),
    kind: one.carer === author ? 'self-declared' : one.kind,
    lasts: lastsOf(one),
  }))

/** Who, by this record, works where; nobody puts themself anywhere. */
export const unitRows = (tokens: Tokens, resource: Resource, author?: string): UnitRow[] =>
  membershipsOf(resource)
    .filter((one) => one.member !== author)
    .map((one) => ({ member: carerToken(tokens, one.member), unit: carerToken(tokens, one.unit), lasts: lastsOf(one) }))
