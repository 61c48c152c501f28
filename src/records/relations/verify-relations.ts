import type { KeyObject } from 'node:crypto'
import { type OwnerId, type RowId, TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import type { Tokens } from '../tokens.ts'
import type { Looked } from '../verify-index.ts'
import { openLasts } from './held-relations.ts'
import { relationRows, unitRows } from './relation-rows.ts'
import type { Tie } from './settle-ties.ts'

/** What a record says of relations and of who belongs where, each as one text. */
export function saidTies(tokens: Tokens, resource: Resource, ties: readonly Tie[] | undefined): string[] {
  const patientToken = (id: string | undefined) =>
    id === undefined ? 'owner' : tokens.id('Patient', id).toString('hex')
  return [
    ...relationRows(tokens, resource, ties ?? []).flatMap(({ carer, kind, lasts, patient, by = '' }) =>
      // A record of before it was kept whose word a relation is may hold either.
      [kind, ...(ties === undefined ? ['self-declared'] : [])].map((one) =>
        [carer.toString('hex'), one, patientToken(patient), ...lasts, by].join(' '),
      ),
    ),
    ...unitRows(tokens, resource, ties ?? []).map(({ member, unit, lasts }) =>
      [member.toString('hex'), unit.toString('hex'), 'owner', ...lasts, ''].join(' '),
    ),
  ]
}

type Found = {
  row_id: RowId
  owner_id?: OwnerId
  patient_token?: Buffer | null
  token: Buffer
  kind: string
  lasts: Buffer | null
}

/**
 * Nobody has a relation with a patient, or works in a unit, but by a record that says so: one put in by hand would open
 * charts, and so would one that is not self-declared any more.
 */
export async function checkRelations({ sql, owners, current, report }: Looked, labelKey: KeyObject): Promise<void> {
  const rows = await sql.query<Found>(
    `select r.row_id, r.owner_id, o.patient_token, r.carer_token as token, r.kind, r.lasts from care_relations r
     left join owners o on o.tenant_id = r.tenant_id and o.owner_id = r.owner_id
     where r.tenant_id = ${TENANT_ID} and r.kind <> 'break-glass'`,
  )
  const units = await sql.query<Found>(
    `select row_id, member_token as token, encode(unit_token, 'hex') as kind, lasts from unit_members where tenant_id = ${TENANT_ID}`,
  )
  for (const found of [...rows, ...units]) {
    const { row_id: row, owner_id: owner } = found
    const record = current.get(row)
    const shredded = owner !== undefined && owners.get(owner) === 'shredded'
    if (shredded || (record !== undefined && record.relations === undefined)) continue
    const own = owner === undefined || record?.owner === owner
    const said = record?.relations ?? []
    if ((own && said.includes(textOf(found, 'owner'))) || said.includes(textOf(found, found.patient_token))) continue
    report(
      'relation.unfounded',
      `record ${row}, owner ${owner ?? 'the tenant'}`,
      'a relation of care that no record says',
    )
  }

  function textOf({ row_id, owner_id, token, kind, lasts }: Found, patient: 'owner' | Buffer | null | undefined) {
    try {
      const [from, until, by = ''] = openLasts(labelKey, owner_id ?? TENANT_OWNER, row_id, lasts)
      const whose = patient === 'owner' ? patient : (patient?.toString('hex') ?? '')
      return [token.toString('hex'), kind, whose, from, until, by].join(' ')
    } catch {
      return ''
    }
  }
}
