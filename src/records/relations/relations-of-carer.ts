import { TENANT_ID } from '../../kernel/ids.ts'

/** A ward is part of a department that is part of a hospital; a role is in a team. */
const MOST_STEPS = 4

/**
 * What a member belongs to, and what that belongs to, with each membership on the way: its record and how long it lasts,
 * sealed. Every step is looked for within the one before, so that who belongs nowhere costs one look.
 */
function above(member: string, n: number, way: readonly string[]): string {
  const path = [...way, `m${n}.row_id, encode(m${n}.lasts, 'base64')`]
  const here = `select m${n}.unit_token as token, json_build_array(${path.join(', ')}) as path`
  const further = n === MOST_STEPS ? '' : ` union all (${above(`m${n}.unit_token`, n + 1, path)})`
  return `select a${n}.token, a${n}.path from unit_members m${n} cross join lateral (${here}${further}) a${n}
    where m${n}.tenant_id = ${TENANT_ID} and m${n}.member_token = ${member}`
}

/** Tokens under which a carer has relations: their own, and of what they belong to, with the memberships on the way. */
const tokensOf = (carer: string) =>
  `(select ${carer}::bytea as token, null::json as path union all (${above(`${carer}::bytea`, 1, [])}))`

/**
 * SQL for the relations that a carer (a token) has with an owner, as JSON text, or null: kind, carer, record and how long
 * it lasts, sealed, and the memberships on the way; `createRelationsAt` reads it.
 */
export const relationsOfCarer = (carer: string, owner: string): string =>
  `(select json_agg(json_build_array(c.kind, encode(${carer}::bytea, 'hex'), c.row_id, encode(c.lasts, 'base64'), k.path))::text
    from ${tokensOf(carer)} k join care_relations c
      on c.tenant_id = ${TENANT_ID} and c.carer_token = k.token and c.owner_id = ${owner})`

/** SQL for whether a carer has or had a relation with an owner. */
export const isRelated = (carer: string, owner: string): string =>
  `exists (select from ${tokensOf(carer)} k join care_relations c
    on c.tenant_id = ${TENANT_ID} and c.carer_token = k.token and c.owner_id = ${owner})`

/** SQL for all owners that a carer has or had relations with; whether they hold is decided for each. */
export const relatedOwners = (carer: string): string =>
  `select c.owner_id from ${tokensOf(carer)} k join care_relations c on c.tenant_id = ${TENANT_ID} and c.carer_token = k.token`

/** Deeper than any hospital, and more than anybody belongs to: beyond it, where somebody belongs is not known. */
const DEEPEST = 8
export const MOST_UNITS = 400
/** The member of a unit of which nobody knows who is in it (`unitRows`). */
const NOBODY_KNOWS = `'\\x${'00'.repeat(16)}'::bytea`

/**
 * SQL for everything a carer belongs to, by memberships of memberships, as JSON text, or null: token, whether it is known
 * (of a group that lists nobody it is not), and each membership on the way with how long it lasts, sealed.
 */
export const unitsOfCarer = (carer: string): string =>
  `(with recursive up(token, path, depth, known) as (
      select m.unit_token, jsonb_build_array(m.row_id, encode(m.lasts, 'base64')), 1, m.member_token <> ${NOBODY_KNOWS}
      from unit_members m where m.tenant_id = ${TENANT_ID} and m.member_token in (${carer}::bytea, ${NOBODY_KNOWS})
      union all
      select m.unit_token, up.path || jsonb_build_array(m.row_id, encode(m.lasts, 'base64')), up.depth + 1, up.known
      from up join unit_members m on m.tenant_id = ${TENANT_ID} and m.member_token = up.token
      where up.depth < ${DEEPEST})
    select json_agg(json_build_array(encode(those.token, 'hex'), those.known, those.path))::text
    from (select token, path, known from up limit ${MOST_UNITS}) those)`
