import type { Relation } from '../../policy/facts.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import type { Tokens } from '../tokens.ts'
import type { Lasts } from './held-relations.ts'
import { membershipsOf } from './memberships-of.ts'
import type { Window } from './relation-windows.ts'
import { relationsOf } from './relations-of.ts'
import type { Claim, Tie } from './settle-ties.ts'
import { tieToken } from './tie-token.ts'

export type RelationRow = {
  readonly carer: Buffer
  readonly kind: Relation
  readonly lasts: Lasts
  /** FHIR id, when it is not the owner of the record. */
  readonly patient?: string
  /** Token of who wrote it and is one of those it lets in. */
  readonly by?: string
}
export type UnitRow = { readonly member: Buffer; readonly unit: Buffer; readonly lasts: Lasts }

const lastsOf = ({ beginsAt, endsAt }: Window): Lasts => [beginsAt?.getTime() ?? null, endsAt?.getTime() ?? null]

/** All that a record claims: its relations, then its memberships. */
export const claimsOf = (tokens: Tokens, resource: Resource): Claim[] => [
  ...relationsOf(resource).map((one) => ({
    name: `${one.carer} ${one.kind} ${one.patient ?? ''}`,
    element: one.element,
    lasts: lastsOf(one),
    gains: tieToken(tokens, one.carer).toString('hex'),
  })),
  ...membershipsOf(resource).map((one) => ({
    name: `${one.member} in ${one.unit}`,
    element: one.element,
    lasts: lastsOf(one),
    gains: tieToken(tokens, one.member).toString('hex'),
  })),
]

/**
 * What a record says of relations, as rows; `ties` are of its claims, in their order. What somebody wrote in their own
 * favour is only self-declared: it does not open a chart by itself. Where it lets in all of a unit, it is so to them alone.
 */
export const relationRows = (tokens: Tokens, resource: Resource, ties: readonly Tie[]): RelationRow[] =>
  relationsOf(resource).map((one, n) => {
    const carer = tieToken(tokens, one.carer)
    const by = ties[n]?.[4]
    const own = by === carer.toString('hex')
    return {
      carer,
      kind: own ? 'self-declared' : one.kind,
      lasts: lastsOf(one),
      ...(one.patient !== undefined && { patient: one.patient }),
      ...(by !== undefined && !own && { by }),
    }
  })

/** Who, by this record, belongs where; nobody puts themself, or what they belong to, anywhere. */
export const unitRows = (tokens: Tokens, resource: Resource, ties: readonly Tie[]): UnitRow[] => {
  const first = relationsOf(resource).length
  return membershipsOf(resource)
    .filter((_, n) => ties[first + n]?.[4] === undefined)
    .map((one) => ({ member: tieToken(tokens, one.member), unit: tieToken(tokens, one.unit), lasts: lastsOf(one) }))
}
