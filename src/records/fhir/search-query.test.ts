import assert from 'node:assert/strict'
import test from 'node:test'
import { extractValues } from './extract-values.ts'
import type { Resource } from './parse-resource.ts'
import { matches, parseSearch } from './search-query.ts'

const SELF = { id: 'a1', lastUpdated: Date.parse('2024-05-01T12:00:00.000Z') }
const pairsOf = (text: string) => [...new URLSearchParams(text)]
const NOW = Date.parse('2024-01-11T00:00:00Z')
const finds = (resource: object, query: string, self = SELF) =>
  matches(
    parseSearch((resource as Resource).resourceType, pairsOf(query), NOW),
    extractValues(resource as Resource),
    self,
  )

const PATIENT = {
  resourceType: 'Patient',
  meta: { tag: [{ system: 'http://t', code: 'x' }], profile: ['http://p.org/a|1.0'], source: 'http://src.org/app/1#x' },
  active: true,
  gender: 'female',
  birthDate: '1980-02-03',
  name: [{ family: 'Müller-Lüdenscheidt', given: ['Anna Maria', 'Eva'] }, { text: 'A,B$C|D\\E' }],
  identifier: [{ system: 'http://mrn', value: 'Ab-12', type: { text: 'Medical Record' } }, { value: 'bare' }],
  generalPractitioner: [{ reference: 'Practitioner/7' }],
  managingOrganization: { reference: 'Organization/o', identifier: { system: 'http://org', value: '9' } },
}
const OBSERVATION = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8480-6', display: 'Systolic blood pressure' }], text: 'SBP' },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2024-01-10T10:00:00Z',
  valueQuantity: { value: 5.4, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' },
}
const ENCOUNTER = {
  resourceType: 'Encounter',
  status: 'planned',
  class: { code: 'AMB' },
  period: { start: '2024-01-05', end: '2024-01-07' },
}
const RISK = {
  resourceType: 'RiskAssessment',
  status: 'final',
  subject: { reference: 'Patient/p1' },
  prediction: [{ probabilityDecimal: 100 }],
}
const VALUE_SET = { resourceType: 'ValueSet', status: 'draft', url: 'http://acme.org/fhir/ValueSet/123' }

const CASES: [object, string[], string[]][] = [
  [
    PATIENT,
    [
      '',
      'family=mul',
      'family=Müller',
      'family:exact=Müller-Lüdenscheidt',
      'family:contains=scheidt',
      'given=anna',
      'given=eva',
      'given=x,ev',
      'name=muller&name=eva',
      'name:contains=maria',
      'name=A\\,B\\$C\\|D\\\\E',
      'gender=female',
      'gender=http://hl7.org/fhir/administrative-gender|female',
      'gender=|female',
      'gender:not=male',
      'gender=male,female',
      'active=true',
      'active=http://terminology.hl7.org/CodeSystem/special-values|true',
      'identifier=ab-12',
      'identifier=http://mrn|Ab-12',
      'identifier=http://mrn|',
      'identifier=|bare',
      'identifier:text=record',
      'email:missing=true',
      'gender:missing=false',
      'deceased=false',
      'phone:not=1',
      'birthdate=1980-02-03',
      'birthdate=1980-02',
      'birthdate=1980',
      'birthdate=ge1980',
      'birthdate=gt1979',
      'birthdate=lt1981',
      'birthdate=sa1980-02-02',
      'birthdate=eb1980-02-04',
      'birthdate=ne1981',
      'birthdate=ap1982',
      'birthdate=ge1970&birthdate=le1990',
      '_id=a1',
      '_id=b,a1',
      '_lastUpdated=2024-05-01',
      '_lastUpdated=gt2024-04',
      '_lastUpdated=2024-05-01T12:00:00.000Z',
      '_tag=http://t|x',
      '_tag=x',
      '_security:missing=true',
      '_profile=http://p.org/a',
      '_profile=http://p.org/a|1.0',
      '_profile:below=http://p.org',
      '_source=http://src.org/app/1%23x',
      'general-practitioner=Practitioner/7',
      'general-practitioner=7',
      'general-practitioner:Practitioner=7',
      'organization=o',
      'organization:identifier=http://org|9',
      '_format=json&_pretty=true',
      '_format=application/fhir%2Bjson; fhirVersion=4.0',
    ],
    [
      'family=uller',
      'family:exact=muller-ludenscheidt',
      'given=maria',
      'name=muller&name=otto',
      'gender=male',
      'gender:not=female,male',
      'gender=http://other|female',
      'identifier=|Ab-12',
      'identifier=http://mrn|bare',
      'identifier=http://other|',
      'email:missing=false',
      'gender:missing=true',
      'deceased=true',
      'birthdate=1980-02-04',
      'birthdate=ne1980',
      'birthdate=sa1980',
      'birthdate=eb1980-02-03',
      'birthdate=ap2020',
      '_id=A1',
      '_id=b',
      '_id:not=a1',
      '_lastUpdated=lt2024-05-01',
      '_tag=http://u|x',
      '_profile=http://p.org/b',
      'general-practitioner=8',
      'general-practitioner=Practitioner/8',
      'general-practitioner:Organization=7',
      'organization:identifier=8',
      'phone=1',
    ],
  ],
  [
    OBSERVATION,
    [
      'patient=p1',
      'patient=Patient/p1',
      'subject=p1',
      'subject=Patient/p1',
      'subject:Patient=p1',
      'subject=Group/p1,Patient/p1',
      'code=8480-6',
      'code=http://loinc.org|8480-6',
      'code=http://loinc.org|',
      'code:text=blood',
      'code:text=sbp',
      'code:not=1',
      'date=2024-01-10',
      'date=ge2024-01-10',
      'date=le2024-01-10',
      'date=2024-01-10T10:00',
      'date=2024-01-10T11:00:00%2B01:00',
      'date=ap2024-01-10',
      'value-quantity=5.4',
      'value-quantity=5',
      'value-quantity=5.4|http://unitsofmeasure.org|mg',
      'value-quantity=5.4||mg',
      'value-quantity=gt5.3',
      'value-quantity=ge5.4',
      'value-quantity=le5.4',
      'value-quantity=lt6||mg',
      'value-quantity=ap5.9',
      'value-quantity=ne6',
      'value-quantity=sa5.3',
      'value-quantity=54e-1',
    ],
    [
      'patient=p2',
      'patient=P1',
      'subject=Group/p1',
      'subject:Group=p1',
      'code=8480',
      'code=http://snomed.info/sct|8480-6',
      'code=|8480-6',
      'code:not=8480-6',
      'code:text=pressures',
      'code:text=lood',
      'date=2024-01-11',
      'date=gt2024-01-10',
      'date=lt2024-01-10',
      'date=2024-01-10T11:00',
      'value-quantity=5.40001',
      'value-quantity=5.3',
      'value-quantity=5.4||g',
      'value-quantity=5.4|http://other|mg',
      'value-quantity=gt5.4',
      'value-quantity=eb5.4',
      'value-quantity=ap7',
    ],
  ],
  [
    ENCOUNTER,
    [
      'date=2024-01',
      'date=gt2024-01-06',
      'date=lt2024-01-06',

      'date=sa2024-01-04',
      'date=eb2024-01-08',
      'date=ap2024-01-06',
      'status=planned',
    ],
    [
      'date=2024-01-06',
      'date=gt2024-01-07',
      'date=ge2024-01-07',
      'date=sa2024-01-05',
      'date=eb2024-01-07',
      'status=finished',
    ],
  ],
  [
    { resourceType: 'Encounter', status: 'planned', class: { code: 'AMB' }, period: { start: '2024-01-05' } },
    ['date=gt2030', 'date=lt2024-02', 'date=ge2024-01-05', 'date=ne2024'],
    ['date=2024', 'date=eb2030', 'date=sa2024-01-05'],
  ],
  [
    RISK,
    ['probability=100', 'probability=1e2', 'probability=lt100.1'],
    ['probability=99', 'probability=100.01', 'probability=gt100'],
  ],
  [
    VALUE_SET,
    [
      'url=http://acme.org/fhir/ValueSet/123',
      'url:below=http://acme.org/fhir/',
      'url:above=http://acme.org/fhir/ValueSet/123/_history/5',
      'url:above=http://acme.org/fhir/ValueSet/123',
    ],
    [
      'url=http://acme.org/fhir/ValueSet/12',
      'url:below=http://other',
      'url:above=http://acme.org/fhir/ValueSet/1234',
      'url=HTTP://ACME.ORG/fhir/ValueSet/123',
    ],
  ],
]
for (const [resource, found, missed] of CASES) {
  const type = (resource as Resource).resourceType
  for (const query of found) test(`${type}?${query} finds it`, () => assert.equal(finds(resource, query), true))
  for (const query of missed) test(`${type}?${query} does not`, () => assert.equal(finds(resource, query), false))
}

test('result parameters', () => {
  const query = parseSearch(
    'Patient',
    pairsOf('_sort=-birthdate,_id&_count=5000&_total=accurate&_summary=count&_elements=name,birthDate'),
  )
  assert.deepEqual(
    [query.sort, query.count, query.total, query.summary, query.elements, query.filters],
    [
      [
        { code: 'birthdate', desc: true },
        { code: '_id', desc: false },
      ],
      1000,
      'accurate',
      'count',
      ['name', 'birthDate'],
      [],
    ],
  )
  assert.deepEqual([parseSearch('Patient', []).count, parseSearch('Patient', pairsOf('_count=0')).count], [50, 0])
})

test('a query pins the patient only by literal ids in a compartment parameter', () => {
  const pinned = (type: string, query: string) => parseSearch(type, pairsOf(query)).patient
  assert.deepEqual(pinned('Patient', '_id=a,b'), ['Patient/a', 'Patient/b'])
  assert.deepEqual(pinned('Observation', 'patient=a'), ['Patient/a'])
  assert.deepEqual(pinned('Observation', 'patient=a,b&subject=Patient/a'), ['Patient/a'])
  assert.deepEqual(pinned('Observation', 'subject:Patient=a'), ['Patient/a'])
  assert.deepEqual(pinned('Observation', 'performer=Patient/a'), ['Patient/a'])
  for (const [type, query] of [
    ['Observation', 'subject=a'],
    ['Observation', 'subject=Patient/a,Group/b'],
    ['Observation', 'patient=http://x.org/Patient/a'],
    ['Observation', 'patient:missing=false'],
    ['Observation', 'patient:identifier=a'],
    ['Observation', 'encounter=Encounter/a'],
    ['Observation', 'code=a'],
    ['Observation', '_id=a'],
    ['Patient', '_id:not=a'],
    ['Patient', '_id=x|a'],
    ['Patient', 'link=Patient/a'],
  ] as const)
    assert.equal(pinned(type, query), undefined, `${type}?${query}`)
})
