import { TENANT_ID } from '../../kernel/ids.ts'

/**
 * Tokens under which a carer has relations, with the records that say so: their own, of the units, roles and teams they
 * belong to, and of what those belong to in turn.
 */
const tokensOf = (carer: string) =>
  `(select ${carer}::bytea as token, null::uuid as first_row, null::bytea as first_lasts, null::uuid as second_row, null::bytea as second_lasts
    union all select m.unit_token, m.row_id, m.lasts, null, null from unit_members m
    where m.tenant_id = ${TENANT_ID} and m.member_token = ${carer}::bytea
    union all select n.unit_token, m.row_id, m.lasts, n.row_id, n.lasts from unit_members m
    join unit_members n on n.tenant_id = ${TENANT_ID} and n.member_token = m.unit_token
    where m.tenant_id = ${TENANT_ID} and m.member_token = ${carer}::bytea)`

/**
 * SQL for the relations that a carer (a token) has with an owner, as JSON text, or null: kind, carer, and the records
 * with how long each lasts, sealed; `createRelationsAt` reads it.
 */
export const relationsOfCarer = (carer: string, owner: string): string =>
  `(select json_agg(json_build_array(c.kind, encode(${carer}::bytea, 'hex'), c.row_id, encode(c.lasts, 'base64'),
      k.first_row, encode(k.first_lasts, 'base64'), k.second_row, encode(k.second_lasts, 'base64')))::text
    from ${tokensOf(carer)} k join care_relations c
      on c.tenant_id = ${TENANT_ID} and c.carer_token = k.token and c.owner_id = ${owner})`

/** SQL for all owners that a carer has or had relations with; whether they hold is decided for each. */
export const relatedOwners = (carer: string): string =>
  `select c.owner_id from ${tokensOf(carer)} k join care_relations c on c.tenant_id = ${TENANT_ID} and c.carer_token = k.token`

/** Deeper than any hospital, and more than anybody belongs to: beyond it, where somebody belongs is not known. */
const DEEPEST = 8
export const MOST_UNITS = 400

/**
 * SQL for everything a carer belongs to, by memberships of memberships, as JSON text, or null: token, and each
 * membership on the way with how long it lasts, sealed.
 */
export const unitsOfCarer = (carer: string): string =>
  `(with recursive up(token, path, depth) as (
      select m.unit_token, jsonb_build_array(m.row_id, encode(m.lasts, 'base64')), 1 from unit_members m
      where m.tenant_id = ${TENANT_ID} and m.member_token = ${carer}::bytea
      union all
      select m.unit_token, up.path || jsonb_build_array(m.row_id, encode(m.lasts, 'base64')), up.depth + 1
      from up join unit_members m on m.tenant_id = ${TENANT_ID} and m.member_token = up.token
      where up.depth < ${DEEPEST})
    select json_agg(json_build_array(encode(those.token, 'hex'), those.path))::text
    from (select token, path from up limit ${MOST_UNITS}) those)`
