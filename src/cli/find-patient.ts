import type { Chartwarden } from '../chartwarden.ts'
import { type OwnerId, TENANT_ID } from '../kernel/ids.ts'
import { patientIdOf } from '../kernel/record-ref.ts'
import { Refusal } from '../kernel/refusal.ts'
import { UsageError } from './command.ts'

/** The owner behind `Patient/x`; throws `record.not-found`. */
export async function ownerOfPatient(
  { database, records }: Chartwarden,
  reference: string | undefined,
): Promise<{ owner: OwnerId; reference: string }> {
  const id = patientIdOf(reference ?? '')
  if (id === undefined) throw new UsageError('Name the patient as Patient/<id>.')
  const [row] = await database.query<{ owner_id: OwnerId }>(
    `select owner_id from owners where tenant_id = ${TENANT_ID} and patient_token = $1`,
    [records.tokens.id('Patient', id)],
  )
  if (row === undefined) throw new Refusal('record.not-found', `There is no Patient/${id}.`)
  return { owner: row.owner_id, reference: `Patient/${id}` }
}
