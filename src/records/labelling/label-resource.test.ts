import assert from 'node:assert/strict'
import test, { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Resource } from '../fhir/parse-resource.ts'
import { asksAge, labelResource } from './label-resource.ts'
import { loadLabelRules } from './load-label-rules.ts'
import { CONFIDENTIALITIES } from './security-labels.ts'

const RULES = loadLabelRules()
const SYSTEM = {
  snomed: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  icd: 'http://hl7.org/fhir/sid/icd-10-cm',
  who: 'http://hl7.org/fhir/sid/icd-10',
  atc: 'http://www.whocc.no/atc',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  service: 'http://terminology.hl7.org/CodeSystem/service-type',
} as const
type System = keyof typeof SYSTEM

const concept = (system: System, code: string) => ({ coding: [{ system: SYSTEM[system], code }] })
const condition = (system: System, code: string) => ({ resourceType: 'Condition', code: concept(system, code) })
const observation = (code: string) => ({ resourceType: 'Observation', code: concept('loinc', code) })
const order = (system: System, code: string) => ({
  resourceType: 'MedicationRequest',
  medicationCodeableConcept: concept(system, code),
})
const of = (resource: object, context = {}) => labelResource(RULES, resource as Resource, context)
const words = (resource: object, context = {}) => {
  const { confidentiality, sensitivities, policies } = of(resource, context)
  return [confidentiality, ...sensitivities, ...policies].join(' ')
}

const SENSITIVE: readonly (readonly [string, object, string])[] = [
  ['major depression', condition('snomed', '370143000'), 'R PSY'],
  ['schizophrenia in ICD-10, with or without the dot', condition('icd', 'F20.9'), 'R PSY'],
  ['schizophrenia without the dot', condition('icd', 'f209'), 'R PSY'],
  ['a PHQ-9 score', observation('44261-6'), 'R PSY'],
  ['lithium', order('atc', 'N05AN01'), 'R PSY'],
  ['sertraline', order('rxnorm', '36437'), 'R PSY'],
  ['a psychiatric progress note', { resourceType: 'DocumentReference', type: concept('loinc', '28627-8') }, 'R PSY'],
  ['a psychotherapy note', { resourceType: 'DocumentReference', type: concept('snomed', '75516001') }, 'V PSY PSYTHPN'],
  ['an hour of psychotherapy', { resourceType: 'Procedure', code: concept('snomed', '75516001') }, 'R PSY'],
  ['a visit to psychiatry', { resourceType: 'Encounter', serviceType: concept('snomed', '394587001') }, 'R PSY'],
  [
    'an appointment in psychiatry',
    { resourceType: 'Appointment', specialty: [concept('snomed', '394587001')] },
    'R PSY',
  ],
  ['suicidal thoughts', condition('icd', 'R45.851'), 'R PSY'],
  ['alcohol dependence', condition('snomed', '66590003'), 'R ETH ETHUD SUD 42CFRPart2'],
  ['opioid dependence', condition('icd', 'F11.20'), 'R ETH OPIOIDUD SUD 42CFRPart2'],
  ['cocaine dependence', condition('icd', 'F14.20'), 'R ETH SUD 42CFRPart2'],
  ['alcoholic cirrhosis, which is no Part 2 record by itself', condition('icd', 'K70.30'), 'R ETH ETHUD SUD'],
  ['methadone for dependence', order('atc', 'N07BC02'), 'R ETH SUD 42CFRPart2'],
  ['buprenorphine with naloxone', order('rxnorm', '351267'), 'R ETH SUD 42CFRPart2'],
  [
    'a visit to drug treatment',
    { resourceType: 'Encounter', type: [concept('service', '108')] },
    'R ETH SUD 42CFRPart2',
  ],
  ['cannabinoids in urine', observation('3426-4'), 'R ETH SUD'],
  ['HIV', condition('snomed', '86406008'), 'R HIV'],
  ['AIDS in the ICD-10 of WHO', condition('who', 'B24'), 'R HIV'],
  ['an HIV viral load', observation('20447-9'), 'R HIV'],
  ['bictegravir, emtricitabine and tenofovir', order('atc', 'J05AR20'), 'R HIV'],
  ['syphilis', condition('icd', 'A53.9'), 'R SEX STD'],
  ['a termination of pregnancy', { resourceType: 'Procedure', code: concept('snomed', '386639001') }, 'R SEX'],
  ['the pill', order('atc', 'G03AA07'), 'R SEX'],
  ['gender dysphoria', condition('icd', 'F64.0'), 'R SEX'],
  ['sexual orientation', observation('76690-7'), 'R SEX'],
  ['a sequence, by its type', { resourceType: 'MolecularSequence' }, 'R GDIS'],
  ['a BRCA1 variant', condition('snomed', '412734009'), 'R GDIS'],
  ['Huntington’s disease', condition('icd', 'G10'), 'R GDIS'],
  ['sickle cell disease', condition('icd', 'D57.1'), 'R GDIS SICKLE'],
  ['a report of genetics', { resourceType: 'DiagnosticReport', code: concept('loinc', '51969-4') }, 'R GDIS'],
  ['abuse by a partner', condition('snomed', '706893006'), 'R SDV'],
  ['an abused child', condition('icd', 'T74.12XA'), 'R SDV'],
  ['a child protection report', { resourceType: 'Composition', type: concept('service', '46') }, 'R SDV'],
]

const ORDINARY: readonly (readonly [string, object])[] = [
  ['hypertension', condition('snomed', '38341003')],
  ['tobacco, which 42 CFR Part 2 leaves out', condition('icd', 'F17.210')],
  ['nicotine patches', order('atc', 'N07BA01')],
  ['dementia', condition('icd', 'F03.90')],
  ['insomnia', condition('icd', 'F51.01')],
  ['intellectual disability', condition('icd', 'F70')],
  [
    'a code of another system that looks like HIV',
    { resourceType: 'Condition', code: { coding: [{ system: 'urn:x', code: 'B20' }] } },
  ],
  ['a code without a system', { resourceType: 'Condition', code: { coding: [{ code: 'B20' }] } }],
  ['a word', { resourceType: 'Condition', code: { text: 'HIV, alcohol, depression' } }],
  ['a CD4 count', observation('24467-3')],
  ['nirmatrelvir with ritonavir, for COVID', order('atc', 'J05AE30')],
  ['tenofovir alone, for hepatitis B', order('atc', 'J05AF07')],
  ['entecavir', order('atc', 'J05AF10')],
  ['methadone as a pain medicine', order('rxnorm', '6813')],
  ['long use of opioids for pain', condition('icd', 'Z79.891')],
  ['naloxone, which everybody may carry', order('atc', 'V03AB15')],
  ['duloxetine, which is for pain too', order('atc', 'N06AX21')],
  ['bupropion, which is to stop smoking too', order('rxnorm', '42347')],
  ['haloperidol, which is for delirium too', order('atc', 'N05AD01')],
  ['a normal pregnancy', condition('snomed', '72892002')],
  ['family history of cancer', condition('icd', 'Z80.3')],
  ['breast cancer', condition('icd', 'C50.919')],
  ['advice to drink less', { resourceType: 'CarePlan', category: [concept('snomed', '413473000')] }],
  ['a psychiatrist', { resourceType: 'PractitionerRole', specialty: [concept('snomed', '394587001')] }],
  ['methadone in the pharmacy’s list', { resourceType: 'Medication', code: concept('atc', 'N07BC02') }],
  [
    'the specialty of a psychiatrist who was asked about something else',
    {
      resourceType: 'Condition',
      contained: [{ resourceType: 'PractitionerRole', specialty: [concept('snomed', '394587001')] }],
    },
  ],
]

describe('labelResource', () => {
  for (const [name, resource, label] of SENSITIVE)
    it(`labels ${name}`, () => {
      assert.equal(words(resource), label)
    })
  for (const [name, resource] of ORDINARY)
    it(`does not label ${name}`, () => {
      assert.equal(words(resource), 'N')
    })

  it('looks wherever a coding may stand', () => {
    const hiv = concept('snomed', '86406008')
    for (const place of [
      { reasonCode: [hiv] },
      { component: [{ valueCodeableConcept: hiv }] },
      { contained: [{ resourceType: 'Condition', code: hiv }] },
      { category: [hiv] },
      { extension: [{ url: 'urn:x', valueCoding: hiv.coding[0] }] },
      { entry: [{ resource: { resourceType: 'Condition', code: hiv } }] },
    ])
      assert.equal(words({ resourceType: 'Observation', ...place }), 'R HIV', JSON.stringify(place))
  })

  it('gives what several rules give together', () => {
    const both = {
      resourceType: 'Condition',
      code: { coding: [...concept('icd', 'B20').coding, ...concept('icd', 'F32.9').coding] },
    }
    assert.equal(words(both), 'R HIV PSY')
  })
})

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const marked = (resource: object, ...security: [string, string][]) => ({
  ...resource,
  meta: { security: security.map(([system, code]) => ({ system, code })) },
})

describe('labels by hand', () => {
  const plain = condition('snomed', '38341003')
  const hiv = condition('snomed', '86406008')
  const CASES: [string, object, string][] = [
    ['raise', marked(plain, [CONFIDENTIALITY, 'V']), 'V'],
    ['never lower', marked(hiv, [CONFIDENTIALITY, 'N']), 'R HIV'],
    ['never lower to what is below normal', marked(hiv, [CONFIDENTIALITY, 'U']), 'R HIV'],
    ['raise what the rules say', marked(hiv, [CONFIDENTIALITY, 'V']), 'V HIV'],
    ['add a sensitivity, and then it is restricted', marked(plain, [ACT, 'PSY']), 'R PSY'],
    ['add a policy', marked(hiv, [ACT, '42CFRPart2']), 'R HIV 42CFRPart2'],
    ['stay when nobody knows them', marked(plain, [ACT, 'NODSCLCD'], [CONFIDENTIALITY, 'X']), 'N NODSCLCD X'],
    ['say nothing in other systems', marked(plain, ['urn:x', 'V'], [CONFIDENTIALITY, '']), 'N '],
    ['count in what is contained', { ...plain, contained: [marked(hiv, [ACT, 'CEL'])] }, 'R CEL HIV'],
    ['count under the address of older FHIR', marked(plain, ['http://hl7.org/fhir/v3/ActCode', 'SDV']), 'R SDV'],
  ]
  for (const [name, resource, label] of CASES)
    it(`they ${name}`, () => {
      assert.equal(words(resource).trim(), label.trim())
    })

  it('they never lower anything, whatever they are', () => {
    const coding = fc.record({
      system: fc.constantFrom(CONFIDENTIALITY, ACT, 'urn:x'),
      code: fc.constantFrom('U', 'L', 'M', 'N', 'R', 'V', 'PSY', 'HIV', '42CFRPart2', 'odd'),
    })
    fc.assert(
      fc.property(fc.constantFrom(...SENSITIVE), fc.array(coding), ([, resource], security) => {
        const without = of(resource)
        const withThem = of({ ...resource, meta: { security } })
        const height = (one: typeof without) => CONFIDENTIALITIES.indexOf(one.confidentiality)
        assert.ok(height(withThem) >= height(without))
        for (const one of without.sensitivities) assert.ok(withThem.sensitivities.includes(one))
        for (const one of without.policies) assert.ok(withThem.policies.includes(one))
      }),
    )
  })
})

describe('the care of the young', () => {
  const pill = (authoredOn?: string) => ({
    ...order('atc', 'G03AA07'),
    ...(authoredOn !== undefined && { authoredOn }),
  })
  const CASES: [string, object, object, string][] = [
    ['fifteen', pill('2025-06-01'), { birthDate: '2010-05-05' }, 'R ADOL SEX'],
    ['the day before eighteen', pill('2028-05-04T23:00:00Z'), { birthDate: '2010-05-05' }, 'R ADOL SEX'],
    ['eighteen', pill('2028-05-05'), { birthDate: '2010-05-05' }, 'R SEX'],
    ['eleven', pill('2021-06-01'), { birthDate: '2010-05-05' }, 'R SEX'],
    ['not known', pill('2025-06-01'), {}, 'R SEX'],
    [
      'perhaps seventeen, when only the year of birth is known',
      pill('2028-05-05'),
      { birthDate: '2010' },
      'R ADOL SEX',
    ],
    ['fifteen when it was written', pill(), { birthDate: '2010-05-05', at: '2025-06-01T00:00:00Z' }, 'R ADOL SEX'],
    ['fifteen, and care that parents know of', condition('icd', 'J45.909'), { birthDate: '2010', at: '2025' }, 'N'],
  ]
  for (const [name, resource, context, label] of CASES)
    it(`at an age of ${name}: ${label}`, () => {
      assert.equal(words(resource, context), label)
    })
  it('asks for the age of the patient where it has a say only', () => {
    assert.equal(asksAge(RULES, of(pill())), true)
    assert.equal(asksAge(RULES, of(condition('icd', 'J45.909'))), false)
    assert.equal(asksAge(RULES, of(condition('icd', 'F32.9'))), false)
  })
})

test('labels are the same whatever the order of members', () => {
  const both = { resourceType: 'Condition', a: concept('icd', 'B20'), b: concept('icd', 'F32.9') }
  assert.deepEqual(of(both), of({ resourceType: 'Condition', b: both.b, a: both.a }))
})
