import { randomUUID } from 'node:crypto'
import type { Account } from '../identity/account.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Records } from '../records/records.ts'

export type NamedPatient = { readonly id: string; readonly name: string; readonly birthDate?: string }

const MOST = 20
const FHIR_ID = /^[A-Za-z0-9.-]{1,64}$/

type Named = { readonly text?: string; readonly family?: string; readonly given?: readonly string[] }
type PatientJson = { readonly id: string; readonly name?: readonly Named[]; readonly birthDate?: string }

/** The patients whom a person may see, for choosing one: through the same door as any read, with an entry for each. */
export function createPatientsFor({
  records,
  base,
}: {
  records: Pick<Records, 'searchRecords' | 'readRecord'>
  base: () => string
}) {
  const read = async (account: Account, type: string, id: string): Promise<unknown> => {
    if (!FHIR_ID.test(id)) throw new Refusal('record.not-found', `${type}/${id.slice(0, 64)} is not known.`)
    const { json } = await records.readRecord(whoIs(account), { type, id })
    return JSON.parse(json.toString())
  }

  return {
    /** Of those this person may see, by name. */
    async find(account: Account, text: string): Promise<NamedPatient[]> {
      const pairs = [
        ['name', text],
        ['_count', String(MOST)],
      ] as const
      const { text: bundle } = await records.searchRecords(whoIs(account), 'Patient', pairs, base())
      const { entry = [] } = JSON.parse(bundle.toString()) as { entry?: { resource: PatientJson }[] }
      return entry.map(({ resource }) => named(resource))
    },
    /** Throws `record.not-found` when this person may not open that chart. */
    one: async (account: Account, id: string) => named((await read(account, 'Patient', id)) as PatientJson),
    /** Throws `record.not-found` when there is no such visit of that patient for this person. */
    async encounter(account: Account, id: string, patient: string | undefined): Promise<void> {
      const { subject } = (await read(account, 'Encounter', id)) as { subject?: { reference?: string } }
      if (patient !== undefined && subject?.reference !== `Patient/${patient}`)
        throw new Refusal('record.not-found', `Encounter/${id} is not a visit of this patient.`)
    },
  }
}

/** The person themselves, at our own pages: what they may see is the policy's to say, and no scope narrows it. */
function whoIs(account: Account): { actor: Actor; requestId: string } {
  const { username, name, role, unit, fhirUser } = account
  const actor: Actor = {
    kind: 'person',
    id: username,
    name,
    role,
    scopes: ['Patient', 'Encounter'].map((type) => ({ context: 'user', type, may: 'rs' })),
    purpose: role === 'patient' ? 'PATRQT' : 'TREAT',
    ...(unit !== undefined && { unit }),
    ...(fhirUser !== undefined && { fhirUser }),
  }
  return { actor, requestId: randomUUID() }
}

function named({ id, name = [], birthDate }: PatientJson): NamedPatient {
  const { text, given = [], family } = name[0] ?? {}
  const spoken = text ?? [...given, family].filter((part) => part !== undefined).join(' ')
  return { id, name: spoken === '' ? id : spoken, ...(birthDate !== undefined && { birthDate }) }
}
