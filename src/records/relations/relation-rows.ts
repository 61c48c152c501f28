import type { Relation } from '../../policy/facts.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import type { Tokens } from '../tokens.ts'
import type { Lasts } from './held-relations.ts'
import { membershipsOf } from './memberships-of.ts'
import type { Window } from './relation-windows.ts'
import { relationsOf } from './relations-of.ts'
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

/** Who writes: the token of their own record, and of all they belong to. */
export type Author = { readonly token: string; readonly belongs: ReadonlySet<string> }

/**
 * What a record says of relations, as rows. What an author writes in their own favour is only self-declared: it does not
 * open a chart by itself. Where it lets in all of a unit, it is so to the author alone.
 */
export const relationRows = (tokens: Tokens, resource: Resource, author?: Author): RelationRow[] =>
  relationsOf(resource).map((one) => {
    const carer = tieToken(tokens, one.carer)
    const own = author?.token === carer.toString('hex')
    const gains = author?.belongs.has(carer.toString('hex')) === true
    return {
      carer,
      kind: own ? 'self-declared' : one.kind,
      lasts: lastsOf(one),
      ...(one.patient !== undefined && { patient: one.patient }),
      ...(gains && !own && { by: author.token }),
    }
  })

/** Who, by this record, belongs where; nobody puts themself anywhere. */
export const unitRows = (tokens: Tokens, resource: Resource, author?: Author): UnitRow[] =>
  membershipsOf(resource)
    .map((one) => ({ member: tieToken(tokens, one.member), unit: tieToken(tokens, one.unit), lasts: lastsOf(one) }))
    .filter(({ member }) => author?.belongs.has(member.toString('hex')) !== true)
