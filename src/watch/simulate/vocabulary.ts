import type { Random } from './random.ts'

/** What somebody does, in the simulator's own words. The hospital's words for it vary with the seed. */
export type Job = keyof typeof ROLE_WORDS

const ROLE_WORDS = {
  nurse: ['RN', 'Registered nurse', 'nurse', 'Staff nurse', 'Nurse (RN)', 'LPN'],
  aide: ['Nursing assistant', 'CNA', 'Healthcare assistant', 'Aide'],
  attending: ['Physician', 'Attending', 'Consultant', 'MD', 'Attending physician', 'DO'],
  resident: ['Resident', 'Registrar', 'PGY-2', 'Intern', 'Junior doctor'],
  student: ['Medical student', 'Student nurse', 'Student'],
  clerk: ['Registration clerk', 'Admissions', 'Patient access rep', 'Receptionist'],
  coder: ['Coder', 'Clinical coder', 'HIM coder', 'Medical records coder'],
  biller: ['Billing', 'Revenue cycle specialist', 'Accounts clerk', 'Billing specialist'],
  pharmacist: ['Pharmacist', 'PharmD', 'Clinical pharmacist'],
  lab: ['Lab technician', 'MLT', 'Biomedical scientist', 'Phlebotomist'],
  imaging: ['Radiographer', 'Radiology tech', 'Imaging technologist', 'Radiologist'],
  therapist: ['Physiotherapist', 'PT', 'Occupational therapist', 'Speech therapist'],
  social: ['Social worker', 'Case manager', 'Discharge planner', 'MSW'],
  quality: ['Quality officer', 'Patient safety', 'Infection control', 'Clinical audit'],
  researcher: ['Research coordinator', 'Clinical research', 'Investigator', 'Study nurse'],
  it: ['IT admin', 'System administrator', 'EHR analyst', 'Application support'],
  machine: ['System', 'Interface', 'Application', 'Device', 'Technical account'],
} as const

export type Vocabulary = {
  role(job: Job): string
  actorId(n: number): string
  patientId(n: number): string
  familyName(): string
  address(): string
  /** A code for a unit: `kind` in capitals as a hospital shortens it, numbered by its own fashion. */
  unitCode(kind: string, n: number): string
}

const STARTS = 'Bar Ber Bran Car Cor Dal Del Dun El Fal Fer Gar Hal Har Jan Kel Kow Lan Lin Mar Mel Mor Nor Ol Pet'
  .concat(' Ram Ros San Sch Sel Shan Ster Tan Tor Ul Van Ver Wal Wil Yam Zim Ok Ngu Mwa Kha Abd Ibr Cas Rod')
  .split(' ')
const MIDDLES = ['', '', 'a', 'e', 'en', 'er', 'i', 'in', 'ko', 'la', 'li', 'o', 'ov', 'ra', 'ta', 'u']
const ENDS =
  'berg ton son ski ez man field ley ard ini eri owa sen well er as mann ham ic oglu shi nyan din wala'.split(' ')
const STREETS =
  'Mill Church Station Park Garden Lake Hill Oak Linden School Market Bridge River Forest King Abbey'.split(' ')
const STREET_KINDS = ['Street', 'Road', 'Lane', 'Avenue', 'Way', 'Close']

export function createVocabulary(random: Random, patients: number): Vocabulary {
  const words = new Map<string, readonly string[]>()
  for (const [job, all] of Object.entries(ROLE_WORDS)) words.set(job, random.sample(all, 1 + random.int(3)))
  const names = Array.from({ length: 400 + Math.round(patients / 25) }, () => {
    const name = random.pick(STARTS) + random.pick(MIDDLES) + random.pick(ENDS)
    return random.chance(0.03) ? `${name}, ${random.pick(['Jr.', 'von', 'de la'])}` : name
  })
  const streets = Array.from(
    { length: Math.max(12, Math.round(patients / 120)) },
    () => `${random.pick(STARTS)}${random.pick(ENDS)} ${random.pick(STREETS)} ${random.pick(STREET_KINDS)}`,
  )
  const actorStyle = random.pick(['u', 'E', 'stf-', 'hcw', 'id'])
  const patientStyle = random.pick(['p', 'MRN', 'pt-', 'P-'])
  const actorStart = 1000 + random.int(8000)
  const patientStart = 100_000 + random.int(700_000)
  const unitStyle = random.int(3)
  return {
    role: (job) => random.pick(words.get(job)!),
    actorId: (n) => `${actorStyle}${actorStart + n * 3 + (n % 2)}`,
    patientId: (n) => `${patientStyle}${patientStart + n * 7 + (n % 5)}`,
    // Squared twice: a few names are very common, most are rare.
    familyName: () => names[Math.floor(random.next() ** 2.2 * names.length)]!,
    address: () =>
      `${1 + random.int(90)} ${random.pick(streets)}, ${random.pick(['Northside', 'Old Town', 'Riverbank'])}`,
    unitCode(kind, n) {
      const short = kind.toUpperCase().slice(0, unitStyle === 1 ? 3 : 4)
      if (unitStyle === 0) return kind === 'ward' ? `${2 + Math.floor(n / 4)}${'NESW'[n % 4]}` : `${short}${n + 1}`
      return unitStyle === 1
        ? `${short}-${n + 1}`
        : `${short}_${String.fromCharCode(65 + (n % 26))}${Math.floor(n / 26) || ''}`
    },
  }
}
