import { type Concept, snomed } from './codes.ts'
import { createRandom } from './random.ts'
import { rows } from './rows.ts'
import { HOSPITAL, phone, SYSTEM, ward } from './wards.ts'

export type Employee = { readonly id: string; readonly name: string; readonly role: string; readonly ward: string }

/** The hospital's words for its roles (policies know people by them), and SNOMED CT's where it has one. */
const ROLES: ReadonlyMap<string, Concept> = new Map(
  rows(`
  physician        | Physician              | 309343006
  resident         | Resident physician     | 405277009
  nurse            | Registered nurse       | 224535009
  midwife          | Registered midwife     | 309453006
  pharmacist       | Pharmacist             | 46255001
  laboratory       | Laboratory technician  | 159282002
  radiology        | Radiographer           |
  therapist        | Physiotherapist        | 36682004
  social-worker    | Social worker          | 106328005
  ward-clerk       | Ward clerk             |
  registration     | Registration clerk     |
  billing          | Billing clerk          |
  coder            | Medical coder          |
  privacy-officer  | Privacy officer        |
  security-officer | Security officer       |
`).map(([role, display, code]) => {
    const own = { system: `${SYSTEM}/roles`, code: role!, display: display! }
    return [role!, { coding: code === '' ? [own] : [own, ...snomed(code!, display!).coding], text: display! }]
  }),
)

const STAFF = rows(`
  Amara Okafor       | female | physician  | cardiology
  Henrik Vasquez     | male   | physician  | cardiology
  Priya Castellane   | female | resident   | cardiology
  Noor Haddadi       | female | nurse      | cardiology
  Tomasz Brightwater | male   | nurse      | cardiology
  Leopold Achterberg | male   | physician  | emergency
  Saoirse Mbeki      | female | resident   | emergency
  Dmitri Fallowfield | male   | nurse      | emergency
  Yuki Pemberley     | female | nurse      | emergency
  Rosalind Tennakoon | female | physician  | oncology
  Emeka Thistlewood  | male   | nurse      | oncology
  Beatriz Holmgren   | female | physician  | maternity
  Fiona Adeyemi-Clark | female | midwife   | maternity
  Marguerite Soto    | female | midwife    | maternity
  Anselm Kowalczyk   | male   | physician  | psychiatry
  Josephine Tamm     | female | nurse      | psychiatry
  Caleb Winterbourne | male   | social-worker | psychiatry
  Lucinda Varga      | female | physician  | paediatrics
  Ingrid Solheim     | female | nurse      | paediatrics
  Farid Montague     | male   | physician  | intensive
  Hana Ostrowski     | female | nurse      | intensive
  Gabriel Nakamura-Reed | male | nurse     | intensive
  Wilhelmina Osei    | female | physician  | surgery
  Patrick Lindgren   | male   | nurse      | surgery
  Thaddeus Mirza     | male   | laboratory | laboratory
  Colette Abernathy  | female | laboratory | laboratory
  Viktor Ashdown     | male   | physician  | radiology
  Simone Delacroix-Wu | female | radiology | radiology
  Ruth Kaminski-Bell | female | pharmacist | pharmacy
  Oswald Tran        | male   | pharmacist | pharmacy
  Miriam Fairweather | female | physician  | outpatient
  Jonas Ekwueme      | male   | physician  | outpatient
  Delphine Marsh     | female | nurse      | outpatient
  Aldo Rasmussen     | male   | therapist  | outpatient
  Petra Quill        | female | ward-clerk | cardiology
  Desmond Yarrow     | male   | registration | office
  Agnes Featherstone | female | billing    | office
  Nils Okonkwo-Hart  | male   | coder      | office
  Constance Abara    | female | privacy-officer | office
  Magnus Telford     | male   | security-officer | office
`)

/** `Ada Lindqvist` is `ada-lindqvist`. */
export const slug = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')

export const staff: readonly Employee[] = STAFF.map(([name, , role, at]) => ({
  id: `demo-${slug(name!)}`,
  name: name!,
  role: role!,
  ward: at!,
}))

export const refer = ({ id, name }: Employee) => ({ reference: `Practitioner/${id}`, display: name })

/** Another word deals the patients out to other colleagues. */
const ROTA = 'spring'

/** Somebody of that role from that ward, always the same for the same patient; from any ward when it has none. */
export function someone(role: string, at: string, patient: string): Employee {
  const wanted = role === 'nurse' && at === 'maternity' ? 'midwife' : role
  const able = staff.filter((one) => one.role === wanted)
  const near = able.filter((one) => one.ward === at)
  const found = createRandom(`${ROTA} ${wanted} ${at} ${patient}`).pick(near.length > 0 ? near : able)
  if (found === undefined) throw new Error(`the demo hospital employs no ${role}`)
  return found
}

export function roleOf(role: string): Concept {
  const found = ROLES.get(role)
  if (found === undefined) throw new Error(`the demo hospital knows no role ${role}`)
  return found
}

const names = (name: string) => {
  const [given, ...family] = name.split(' ')
  return { family: family.join(' '), given: [given!] }
}

export const practitioners = STAFF.flatMap(([name, gender, role, at], index) => {
  const id = `demo-${slug(name!)}`
  const code = roleOf(role!)
  return [
    {
      resourceType: 'Practitioner',
      id,
      identifier: [{ system: `${SYSTEM}/staff`, value: `S${1001 + index}` }],
      active: true,
      name: [{ use: 'official', ...names(name!), ...(role === 'physician' && { prefix: ['Dr.'] }) }],
      gender,
      telecom: [{ system: 'email', value: `${slug(name!)}@saltmarsh-general.example`, use: 'work' }],
    },
    {
      resourceType: 'PractitionerRole',
      id,
      active: true,
      practitioner: { reference: `Practitioner/${id}`, display: name },
      organization: HOSPITAL,
      code: [code],
      location: [ward(at!)],
      telecom: [phone(10 + index)],
    },
  ]
})
