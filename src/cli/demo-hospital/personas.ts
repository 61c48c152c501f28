import { rows } from './rows.ts'
import { slug, staff } from './staff.ts'

export type Persona = {
  readonly id: string
  readonly name: string
  /** The word the policies know the role by. */
  readonly role: string
  readonly fhirUser?: string
  readonly description: string
}

const PEOPLE = rows(`
  Amara Okafor       | Cardiologist; sees the charts of the patients in her care, and nobody else's
  Saoirse Mbeki      | Resident in the emergency department
  Noor Haddadi       | Nurse on the cardiology ward
  Fiona Adeyemi-Clark | Midwife on the maternity ward
  Anselm Kowalczyk   | Psychiatrist; most of what he writes is sensitive
  Ingrid Solheim     | Nurse on the paediatric ward, and a patient here herself
  Ruth Kaminski-Bell | Pharmacist
  Aldo Rasmussen     | Physiotherapist
  Petra Quill        | Ward clerk; opens no chart
  Desmond Yarrow     | Registers new patients
  Constance Abara    | Privacy officer; reads the access log, not the charts
  Magnus Telford     | Security officer; reads the access log, not the charts
`)
const PATIENTS = rows(`
  Ada Lindqvist      | On the cardiology ward with heart failure
  Yasmin El-Tayeb    | Has things in her chart her family shall not learn
`)

/** People to sign in as. */
export const personas: readonly Persona[] = [
  ...PEOPLE.map(([name, description]) => {
    const id = `demo-${slug(name!)}`
    const found = staff.find((one) => one.id === id)
    if (found === undefined) throw new Error(`${name} does not work at the demo hospital`)
    return { id, name: name!, role: found.role, fhirUser: `Practitioner/${id}`, description: description! }
  }),
  ...PATIENTS.map(([name, description]) => {
    const id = `demo-${slug(name!)}`
    return { id: `${id}-patient`, name: name!, role: 'patient', fhirUser: `Patient/${id}`, description: description! }
  }),
]
