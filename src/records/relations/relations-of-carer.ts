import { TENANT_ID } from '../../kernel/ids.ts'

/** Tokens under which a carer has relations: their own, and of the units they work in, with the record that says so. */
const tokensOf = (carer: string) =>
  `(select ${carer}::bytea as token, null::uuid as member_row, null::bytea as member_lasts
    union all select m.unit_token, m.row_id, m.lasts from unit_members m
    where m.tenant_id = ${TENANT_ID} and m.member_token = ${carer}::bytea)`

/**
 * SQL for the relations that a carer (a token) has with an owner, as JSON text, or null: kind, record, and how long each
 * lasts, sealed; `openRelations` reads it.
 */
export const relationsOfCarer = (carer: string, owner: string): string =>
  `(select json_agg(json_build_array(c.kind, c.row_id, encode(c.lasts, 'base64'), k.member_row, encode(k.member_lasts, 'base64')))::text
    from ${tokensOf(carer)} k join care_relations c
      on c.tenant_id = ${TENANT_ID} and c.carer_token = k.token and c.owner_id = ${owner})`

/** SQL for all owners that a carer has or had relations with; whether they hold is decided for each. */
export const relatedOwners = (carer: string): string =>
  `select c.owner_id from ${tokensOf(carer)} k join care_relations c on c.tenant_id = ${TENANT_ID} and c.carer_token = k.token`
