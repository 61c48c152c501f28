import { TENANT_ID } from '../../kernel/ids.ts'

const inWindow = (table: string) =>
  `(${table}.begins_at is null or ${table}.begins_at <= now()) and (${table}.ends_at is null or ${table}.ends_at > now())`

/** Tokens under which a carer has relations at this moment: their own, and of the units they work in. */
const tokensOf = (carer: string) =>
  `(array[${carer}::bytea] || array(select m.unit_token from unit_members m where m.tenant_id = ${TENANT_ID} and m.member_token = ${carer}::bytea and ${inWindow('m')}))`

/** SQL for the relations that a carer (a token) has with an owner at this moment: `care-team,encounter`, or null. */
export const relationsNow = (carer: string, owner: string): string =>
  `(select string_agg(distinct c.kind, ',') from care_relations c
    where c.tenant_id = ${TENANT_ID} and c.carer_token = any(${tokensOf(carer)}) and c.owner_id = ${owner} and ${inWindow('c')})`

/** SQL for all owners that a carer has relations with at this moment. */
export const relatedNow = (carer: string): string =>
  `select c.owner_id from care_relations c where c.tenant_id = ${TENANT_ID} and c.carer_token = any(${tokensOf(carer)}) and ${inWindow('c')}`
