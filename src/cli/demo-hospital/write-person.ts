import type { Chart } from './chart.ts'
import { allergen, hl7, loinc, snomed, vaccine } from './codes.ts'
import { rows } from './rows.ts'
import { refer } from './staff.ts'
import { address, HOSPITAL, phone, SYSTEM, ward } from './wards.ts'
import { writeOnce } from './write-series.ts'

const INSURER = { reference: 'Organization/demo-northern-mutual', display: 'Northern Mutual Health' }
export const insurer = {
  resourceType: 'Organization',
  id: 'demo-northern-mutual',
  active: true,
  type: [hl7('organization-type', 'ins', 'Insurance Company')],
  name: INSURER.display,
}

const ADULT_YEARS = 18
const SMOKING = [
  snomed('266919005', 'Never smoked tobacco'),
  snomed('266919005', 'Never smoked tobacco'),
  snomed('8517006', 'Ex-smoker'),
  snomed('449868002', 'Smokes tobacco daily'),
]
/** At which age in months a child has them. */
const CHILDHOOD = rows(`
  hepatitis-b  | 0, 6
  rotavirus    | 2
  dtap         | 2, 6, 48
  hib          | 2, 12
  pneumococcus | 2, 12
  polio        | 2, 48
  mmr          | 12, 48
  varicella    | 12
  tdap         | 132
  hpv          | 132
`)
const LANGUAGES: Readonly<Record<string, string>> = {
  en: 'English',
  fr: 'French',
  es: 'Spanish',
  de: 'German',
  pt: 'Portuguese',
  ja: 'Japanese',
  he: 'Hebrew',
  ar: 'Arabic',
  am: 'Amharic',
  uk: 'Ukrainian',
}
const MONTH_DAYS = 30.44

/** Writes the patient, who pays and who is near, and what is known of everybody: allergies, vaccines, a check-up. */
export function writePerson(chart: Chart, weight: number | undefined): void {
  const { person, random, ageYears, subject } = chart
  const adult = ageYears >= ADULT_YEARS
  const own = phone(random.whole(10, 99))
  const kin = { given: [random.pick(['Robin', 'Sam', 'Alex', 'Noa', 'Kim'])], family: person.family }
  const kinship = adult ? hl7('v2-0131', 'C', 'Emergency Contact') : hl7('v2-0131', 'N', 'Next-of-Kin')
  const language = {
    coding: [{ system: 'urn:ietf:bcp:47', code: person.language, display: LANGUAGES[person.language] }],
  }
  chart.add('Patient', '', {
    identifier: [
      {
        use: 'usual',
        type: hl7('v2-0203', 'MR', 'Medical record number'),
        system: `${SYSTEM}/mrn`,
        value: `SG-${random.whole(100_000, 999_999)}`,
      },
    ],
    active: true,
    name: [{ use: 'official', family: person.family, given: [person.given] }],
    telecom: [own],
    gender: person.gender,
    birthDate: person.born,
    address: [{ use: 'home', ...address(person.street) }],
    contact: [{ relationship: [kinship], name: kin, telecom: [phone(random.whole(10, 99))] }],
    communication: [{ language, preferred: true }],
    generalPractitioner: [refer(chart.colleague('physician', 'outpatient'))],
    managingOrganization: HOSPITAL,
  })
  chart.add('Coverage', 'insurance', {
    status: 'active',
    type: hl7('v3-ActCode', 'HIP', 'health insurance plan policy'),
    subscriberId: `NM${random.whole(1_000_000, 9_999_999)}`,
    beneficiary: subject,
    relationship: hl7('subscriber-relationship', adult ? 'self' : 'child'),
    period: { start: chart.day(2000 > ageYears * 365 ? Math.floor(ageYears * 365) : 2000) },
    payor: [INSURER],
  })
  if (!adult) {
    chart.add('RelatedPerson', 'parent', {
      active: true,
      patient: subject,
      relationship: [hl7('v3-RoleCode', 'PRN', 'parent')],
      name: [kin],
      telecom: [own],
    })
  }
  writeAllergies(chart)
  writeVaccines(chart)
  if (adult) writeCheckUp(chart, weight)
}

function writeAllergies(chart: Chart): void {
  const active = {
    clinicalStatus: hl7('allergyintolerance-clinical', 'active'),
    verificationStatus: hl7('allergyintolerance-verification', 'confirmed'),
    patient: chart.subject,
    recordedDate: chart.day(Math.min(900, Math.floor(chart.ageYears * 365))),
    recorder: refer(chart.colleague('physician', 'outpatient')),
  }
  if (chart.person.allergies.length === 0) {
    chart.add('AllergyIntolerance', 'none', { ...active, code: snomed('716186003', 'No known allergy') })
  }
  for (const key of chart.person.allergies) {
    const { code, category, reaction, severity } = allergen(key)
    chart.add('AllergyIntolerance', key, {
      ...active,
      type: 'allergy',
      category: [category],
      criticality: severity === 'severe' ? 'high' : 'low',
      code,
      reaction: [{ manifestation: [{ text: reaction }], severity }],
    })
  }
}

function writeVaccines(chart: Chart): void {
  const { ageYears } = chart
  const months = ageYears * 12
  const child = CHILDHOOD.flatMap(([key, ages]) =>
    ages!.split(',').map((age) => ({ key: key!, ago: (months - Number(age)) * MONTH_DAYS })),
  )
  const adult = [
    { key: 'influenza', ago: 33 },
    { key: 'covid', ago: 400 },
    ...(ageYears >= 60
      ? [
          { key: 'zoster', ago: 900 },
          { key: 'zoster', ago: 810 },
        ]
      : []),
  ]
  for (const { key, ago } of ageYears >= ADULT_YEARS ? adult : child.filter((one) => one.ago > 0)) {
    chart.add('Immunization', key, {
      status: 'completed',
      vaccineCode: vaccine(key),
      patient: chart.subject,
      occurrenceDateTime: chart.day(Math.floor(ago)),
      primarySource: true,
      location: ward('outpatient'),
      performer: [{ actor: refer(chart.colleague('nurse', 'outpatient')) }],
    })
  }
}

function writeCheckUp(chart: Chart, known: number | undefined): void {
  const { random, person } = chart
  const height = person.gender === 'female' ? random.whole(154, 176) : random.whole(166, 191)
  const weight = known ?? Math.round((22 + random.around(4)) * (height / 100) ** 2)
  const bmi = Number((weight / (height / 100) ** 2).toFixed(1))
  const ago = random.whole(40, 330)
  const systolic = 118 + Math.round(random.around(8))
  writeOnce(chart, ago, { height, weight, bmi, systolic, diastolic: Math.round(systolic * 0.63) })
  chart.add('Observation', 'smoking', {
    status: 'final',
    category: [hl7('observation-category', 'social-history', 'Social History')],
    code: loinc('72166-2', 'Tobacco smoking status'),
    subject: chart.subject,
    effectiveDateTime: chart.moment(ago, 10),
    performer: [refer(chart.colleague('nurse', 'outpatient'))],
    valueCodeableConcept: random.pick(SMOKING),
  })
}
