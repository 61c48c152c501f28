import { TENANT_ID } from '../../kernel/ids.ts'

/** SQL for a statement that `createCarers` asks: the tokens of the nth of those who ask; alone, it is the first. */
export const tokensOf = (n = '1'): string => `(select k.tokens from carers k where k.n = ${n})::bytea[]`

/**
 * SQL for the relations that some tokens (a carer's own, and of what they belong to) have with an owner, as JSON text, or
 * null: kind, token, record and how long it lasts, sealed; `createRelationsAt` reads it.
 */
export const relationsOf = (tokens: string, owner: string): string =>
  `(select json_agg(json_build_array(c.kind, encode(c.carer_token, 'hex'), c.row_id, encode(c.lasts, 'base64')))::text
    from care_relations c where c.tenant_id = ${TENANT_ID} and c.owner_id = ${owner} and c.carer_token = any(${tokens}))`

/** SQL for whether any of some tokens has or had a relation with an owner. */
export const areRelated = (tokens: string, owner: string): string =>
  `exists (select from care_relations c
    where c.tenant_id = ${TENANT_ID} and c.owner_id = ${owner} and c.carer_token = any(${tokens}))`

/** SQL for all owners that some tokens have or had relations with; whether they hold is decided for each. */
export const relatedOwners = (tokens: string): string =>
  `select c.owner_id from care_relations c where c.tenant_id = ${TENANT_ID} and c.carer_token = any(${tokens})`

/** Deeper than any hospital, and more than anybody belongs to: beyond it, where somebody belongs is not known. */
const DEEPEST = 8
export const MOST_UNITS = 4_000
/** The member of a unit of which nobody knows who is in it (`unitRows`). */
const NOBODY_KNOWS = `'\\x${'00'.repeat(16)}'::bytea`

/**
 * SQL for everything a carer (a token) belongs to, by memberships of memberships, as JSON text, or null: token, whether it
 * is known (of a group that lists nobody it is not), and each membership on the way with how long it lasts, sealed.
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
