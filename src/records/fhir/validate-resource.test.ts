import assert from 'node:assert/strict'
import test from 'node:test'
import type { Resource } from './parse-resource.ts'
import { validateResource } from './validate-resource.ts'

const OBSERVATION = { resourceType: 'Observation', status: 'final', code: { text: 'x' } }
const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'

const issuesOf = (resource: object) =>
  validateResource(resource as Resource).map((each) => `${each.expression}: ${each.text}`)

const VALID: object[] = [
  { resourceType: 'Patient' },
  { resourceType: 'Patient', birthDate: '2024-02-29', text: { status: 'generated', div: DIV } },
  { resourceType: 'Patient', _birthDate: { extension: [{ url: 'http://x.org/a', valueString: 'unknown' }] } },
  { resourceType: 'Patient', gender: 'male', _gender: { id: 'only-an-id' } },
  {
    resourceType: 'Patient',
    name: [{ given: ['A', null], _given: [null, { extension: [{ url: 'http://x.org', valueCode: 'y' }] }] }],
  },
  { ...OBSERVATION, subject: { reference: '#p' }, contained: [{ resourceType: 'Patient', id: 'p' }] },
  { ...OBSERVATION, subject: { reference: 'https://other.org/fhir/Patient/1/_history/2' } },
  { ...OBSERVATION, subject: { reference: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a' } },
  { ...OBSERVATION, subject: { reference: 'Patient?identifier=http://x.org|1' } },
  { ...OBSERVATION, subject: { identifier: { value: '1' } } },
  { ...OBSERVATION, valueQuantity: { value: 1.1 } },
  { resourceType: 'Binary', contentType: 'text/plain', data: 'aGVsbG8=' },
]
for (const [index, resource] of VALID.entries())
  test(`valid ${index}: ${JSON.stringify(resource).slice(0, 90)}`, () => assert.deepEqual(issuesOf(resource), []))

const INVALID: [object, string][] = [
  [{ resourceType: 'Patient', banana: 1 }, 'Patient: has an unknown element banana'],
  [{ resourceType: 'Patient', constructor: 1 }, 'Patient: has an unknown element constructor'],
  [{ resourceType: 'Patient', gender: 'banana' }, 'Patient.gender: is not a code of the required value set'],
  [{ resourceType: 'Patient', active: 'true' }, 'Patient.active: is not a valid boolean'],
  [{ resourceType: 'Patient', active: null }, 'Patient.active: is not a valid boolean'],
  [{ resourceType: 'Patient', birthDate: '2023-02-29' }, 'Patient.birthDate: is not a valid date'],
  [{ resourceType: 'Patient', birthDate: '2023-01-01T00:00:00Z' }, 'Patient.birthDate: is not a valid date'],
  [{ resourceType: 'Patient', birthDate: ['2023'] }, 'Patient.birthDate: may not be a list'],
  [{ resourceType: 'Patient', name: {} }, 'Patient.name: must be a list'],
  [{ resourceType: 'Patient', name: [] }, 'Patient.name: is an empty list'],
  [{ resourceType: 'Patient', name: [{}] }, 'Patient.name[0]: is empty (ele-1)'],
  [{ resourceType: 'Patient', name: [{ id: 'a' }] }, 'Patient.name[0]: is empty (ele-1)'],
  [{ resourceType: 'Patient', name: ['Miller'] }, 'Patient.name[0]: must be an object (HumanName)'],
  [{ resourceType: 'Patient', name: [null] }, 'Patient.name[0]: must be an object (HumanName)'],
  [{ resourceType: 'Patient', name: [{ family: '' }] }, 'Patient.name[0].family: is not a valid string'],
  [{ resourceType: 'Patient', name: [{ family: 'a\u0000b' }] }, 'Patient.name[0].family: is not a valid string'],
  [{ resourceType: 'Patient', name: [{ given: [null] }] }, 'Patient.name[0].given[0]: is null and has no extension'],
  [{ resourceType: 'Patient', name: [{ given: ['a'], _given: [null] }] }, ''],
  [{ resourceType: 'Patient', name: [{ _given: [null] }] }, 'Patient.name[0].given[0]: is null and has no value'],
  [{ resourceType: 'Patient', _name: [{ id: 'a' }] }, 'Patient: has an unknown element _name'],
  [{ resourceType: 'Patient', _gender: { id: 'a' } }, 'Patient.gender: is empty (ele-1)'],
  [{ resourceType: 'Patient', id: 'a b' }, 'Patient.id: is not a valid id'],
  [
    { resourceType: 'Patient', deceasedBoolean: true, deceasedDateTime: '2020' },
    'Patient: may have only one deceased[x]',
  ],
  [
    { resourceType: 'Patient', deceasedBoolean: true, _deceasedDateTime: { id: 'a' } },
    'Patient: may have only one deceased[x]',
  ],
  [{ resourceType: 'Patient', extension: [{ valueString: 'x' }] }, 'Patient.extension[0]: needs url'],
  [{ resourceType: 'Patient', extension: [{ url: 'http://x.org' }] }, 'Patient.extension[0]: an extension has either'],
  [
    { resourceType: 'Patient', extension: [{ url: 'a', valueString: 'x', extension: [{ url: 'b', valueCode: 'c' }] }] },
    'Patient.extension[0]: an extension has either',
  ],
  [
    { resourceType: 'Patient', maritalStatus: { text: 'x', coding: {} } },
    'Patient.maritalStatus.coding: must be a list',
  ],
  [
    { resourceType: 'Patient', multipleBirthInteger: 1.5 },
    'Patient.multipleBirth.ofType(integer): is not a valid integer',
  ],
  [
    { resourceType: 'Patient', multipleBirthInteger: 2 ** 31 },
    'Patient.multipleBirth.ofType(integer): is not a valid integer',
  ],
  [{ resourceType: 'Patient', link: [{ type: 'refer' }] }, 'Patient.link[0]: needs other'],
  [{ resourceType: 'Patient', photo: [{ data: 'a===' }] }, 'Patient.photo[0].data: is not a valid base64Binary'],
  [{ resourceType: 'Patient', photo: [{ url: 'http://a b' }] }, 'Patient.photo[0].url: is not a valid url'],
  [{ resourceType: 'Observation' }, 'Observation: needs status'],
  [{ ...OBSERVATION, issued: '2020-01-01T00:00:00' }, 'Observation.issued: is not a valid instant'],
  [
    { ...OBSERVATION, subject: { reference: 'Patient' } },
    'Observation.subject: reference is no literal FHIR reference',
  ],
  [
    { ...OBSERVATION, subject: { reference: 'Banana/1' } },
    'Observation.subject: reference is no literal FHIR reference',
  ],
  [{ ...OBSERVATION, subject: { reference: 'javascript:alert(1)' } }, 'Observation.subject: reference is no literal'],
  [
    { ...OBSERVATION, subject: { reference: 'Organization/1' } },
    'Observation.subject: may not refer to a Organization',
  ],
  [{ ...OBSERVATION, subject: { reference: 'http://x.org/Organization/1' } }, 'Observation.subject: may not refer to'],
  [
    { ...OBSERVATION, subject: { reference: 'Patient/1', type: 'Group' } },
    'Observation.subject: type and reference disagree',
  ],
  [
    { ...OBSERVATION, subject: { reference: '#p' } },
    'Observation.subject: reference to a contained resource that is not',
  ],
  [
    { ...OBSERVATION, subject: { reference: '#p' }, contained: [{ resourceType: 'Medication', id: 'p' }] },
    'Observation.subject: may not refer to a Medication',
  ],
  [
    {
      ...OBSERVATION,
      contained: [{ resourceType: 'Patient', id: 'p', contained: [{ resourceType: 'Patient', id: 'q' }] }],
    },
    'Observation.contained[0].contained[0]: a contained resource may not contain another (dom-2)',
  ],
  [
    { ...OBSERVATION, contained: [{ resourceType: 'Patient' }] },
    'Observation.contained[0]: a contained resource needs an id',
  ],
  [{ ...OBSERVATION, contained: [{ resourceType: 'X', id: 'a' }] }, 'Observation.contained[0]: has no resourceType'],
  [
    { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' }, clinicalStatus: { text: 'on' } },
    'AllergyIntolerance.clinicalStatus: no code from the required value set',
  ],
  [
    { resourceType: 'Bundle', type: 'batch', entry: [{ resource: { resourceType: 'Patient', gender: 'x' } }] },
    'Bundle.entry[0].resource.gender: is not a code',
  ],
  [
    { resourceType: 'Parameters', parameter: [{ name: 'a', resource: { resourceType: 'Patient', x: 1 } }] },
    'Parameters.parameter[0].resource: has an unknown element x',
  ],
  [
    { resourceType: 'Patient', text: { status: 'generated', div: '<div>x</div>' } },
    'Patient.text.div: the narrative is not in',
  ],
]
for (const [resource, expected] of INVALID)
  test(`${expected === '' ? 'valid' : 'invalid'}: ${JSON.stringify(resource).slice(0, 100)}`, () => {
    const issues = issuesOf(resource)
    if (expected === '') assert.deepEqual(issues, [])
    else
      assert.ok(
        issues.some((each) => each.startsWith(expected)),
        JSON.stringify(issues),
      )
  })

test('at most 50 issues, and none quotes the content', () => {
  const name = Array.from({ length: 1000 }, () => ({ family: 7, secret: 'Miller', 'Miller was here!': 1 }))
  const issues = validateResource({ resourceType: 'Patient', name, gender: 'Miller' })
  assert.equal(issues.length, 50)
  assert.ok(!JSON.stringify(issues).includes('Miller'))
})
