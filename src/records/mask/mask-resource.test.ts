import assert from 'node:assert/strict'
import test, { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Obligation } from '../../policy/obligations.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { validateResource } from '../fhir/validate-resource.ts'
import { maskResource } from './mask-resource.ts'

const DAR = '{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}'
const mark = (code: string) => `{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"${code}"}`
const REDACTED = `"meta":{"security":[${mark('REDACTED')}]}`
const MASKED = `"meta":{"security":[${mark('MASKED')}]}`
const masked = (text: string, ...obligations: Obligation[]) => maskResource(Buffer.from(text), obligations).toString()

const hide = (path: string): Obligation => ({ kind: 'hide', path })
const redact = (path: string): Obligation => ({ kind: 'redact', path })
const generalise = (path: string): Obligation => ({ kind: 'generalise', path })

const PATIENT =
  '{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Ada</div>"},"name":[{"family":"A","given":["Ada","B"]},{"family":"C"}],"birthDate":"1990-05-05","_birthDate":{"extension":[{"url":"urn:t","valueDateTime":"1990-05-05T03:00:00Z"}]},"address":[{"line":["Lane 1"],"city":"Aarhus","state":"DK-82","country":"DK"}]}'
const without = (...parts: string[]) => parts.reduce((text, part) => text.replace(part, ''), PATIENT)
const NARRATIVE = /"text":\{.*?\},(?="name")/.exec(PATIENT)?.[0] as string
const BIRTH = /"birthDate".*?\]\},/.exec(PATIENT)?.[0] as string
const plain = without(NARRATIVE)

const CASES: readonly (readonly [string, string, Obligation[], string])[] = [
  ['nothing named', PATIENT, [hide('Patient.photo'), hide('Observation.value')], PATIENT],
  [
    'an element is hidden',
    PATIENT,
    [hide('Patient.birthDate')],
    plain.replace(BIRTH, '').replace('"name"', `${REDACTED},"name"`),
  ],
  [
    'a primitive is redacted, its extensions too',
    PATIENT,
    [redact('Patient.birthDate')],
    plain.replace(BIRTH, `"_birthDate":${DAR},`).replace('"name"', `${REDACTED},"name"`),
  ],
  [
    'a date becomes a year, without its extensions',
    PATIENT,
    [generalise('Patient.birthDate')],
    plain.replace(BIRTH, '"birthDate":"1990",').replace('"name"', `${MASKED},"name"`),
  ],
  [
    'an address becomes country and state',
    PATIENT,
    [generalise('Patient.address')],
    plain.replace('"line":["Lane 1"],"city":"Aarhus",', '').replace('"name"', `${MASKED},"name"`),
  ],
  [
    'an element inside others is hidden everywhere',
    PATIENT,
    [hide('Patient.name.given')],
    plain.replace(',"given":["Ada","B"]', '').replace('"name"', `${REDACTED},"name"`),
  ],
  [
    'what is empty then goes too',
    PATIENT,
    [hide('Patient.name.family'), hide('Patient.name.given')],
    plain.replace(/"name":\[.*?\}\],/, '').replace('"birthDate"', `${REDACTED},"birthDate"`),
  ],
  [
    'names cannot be generalised, so nothing is left of them',
    PATIENT,
    [generalise('Patient.name')],
    plain.replace(/"name":\[.*?\}\]/, `"name":[${DAR}]`).replace('"name"', `${MASKED},"name"`),
  ],
  [
    'a choice is named without its type; numbers stay as they were written',
    '{"resourceType":"Observation","id":"o","meta":{"security":[{"code":"x"}]},"status":"final","code":{"text":"a"},"valueQuantity":{"value":1.50},"referenceRange":[{"low":{"value":0.10}}]}',
    [redact('Observation.value[x]')],
    `{"resourceType":"Observation","id":"o","meta":{"security":[{"code":"x"},${mark('REDACTED')}]},"status":"final","code":{"text":"a"},"valueQuantity":${DAR},"referenceRange":[{"low":{"value":0.10}}]}`,
  ],
  [
    'a code becomes what the record is about',
    '{"resourceType":"Condition","id":"c","meta":{"versionId":"1"},"category":[{"text":"Problem"}],"code":{"coding":[{"code":"86406008"}],"text":"HIV"},"onsetPeriod":{"start":"2020-01-02","end":"2021-05"}}',
    [generalise('Condition.code'), generalise('Condition.onset')],
    `{"resourceType":"Condition","id":"c","meta":{"versionId":"1","security":[${mark('MASKED')}]},"category":[{"text":"Problem"}],"code":{"text":"Problem"},"onsetPeriod":{"start":"2020","end":"2021"}}`,
  ],
  [
    'a code is redacted when the record does not say what it is about',
    '{"resourceType":"Condition","id":"c","code":{"text":"HIV"}}',
    [generalise('Condition.code')],
    `{"resourceType":"Condition","id":"c",${MASKED},"code":${DAR}}`,
  ],
  [
    'what is contained is masked, and the mark stands outside',
    '{"resourceType":"Encounter","id":"e","contained":[{"resourceType":"Patient","id":"x","birthDate":"1990-05-05","active":true}],"status":"planned","class":{"code":"AMB"}}',
    [hide('Patient.birthDate')],
    `{"resourceType":"Encounter","id":"e",${REDACTED},"contained":[{"resourceType":"Patient","id":"x","active":true}],"status":"planned","class":{"code":"AMB"}}`,
  ],
  [
    'entries of a Bundle are masked',
    '{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:x","resource":{"resourceType":"Patient","birthDate":"1990-05-05","active":true}}]}',
    [redact('Patient.birthDate')],
    `{"resourceType":"Bundle",${REDACTED},"type":"collection","entry":[{"fullUrl":"urn:x","resource":{"resourceType":"Patient","_birthDate":${DAR},"active":true}}]}`,
  ],
  [
    'both marks, each once',
    `{"resourceType":"Patient",${REDACTED},"active":true,"gender":"other","birthDate":"1990-05-05"}`,
    [hide('Patient.active'), generalise('Patient.birthDate'), hide('Patient.gender')],
    `{"resourceType":"Patient","meta":{"security":[${mark('REDACTED')},${mark('MASKED')}]},"birthDate":"1990"}`,
  ],
]

describe('maskResource', () => {
  for (const [name, before, obligations, after] of CASES)
    it(name, () => {
      assert.equal(masked(before, ...obligations), after)
    })
  it('leaves valid FHIR', () => {
    for (const [, before, obligations] of CASES.slice(0, 8)) {
      const resource = JSON.parse(masked(before, ...obligations)) as Resource
      assert.deepEqual(
        validateResource(resource).filter((issue) => issue.severity === 'error'),
        [],
      )
    }
  })
  for (const path of ['Patient', 'Patient.id', 'Patient.meta.security', 'patient.name', '*', 'Patient.name[0]', ''])
    it(`refuses the path ${JSON.stringify(path)}`, () => {
      assert.throws(() => masked(PATIENT, hide(path)), /is no path/)
    })
})

/** Every text and number in a value. */
function leaves(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)]
  return Object.values(value).flatMap(leaves)
}

const SHORT = fc.string({ maxLength: 6 })
const address = fc.record(
  { line: fc.array(SHORT, { minLength: 1 }), city: SHORT, state: SHORT, country: SHORT },
  { requiredKeys: [] },
)
const people = fc.record(
  {
    active: fc.boolean(),
    name: fc.array(fc.record({ family: SHORT, given: fc.array(SHORT, { minLength: 1 }) }, { requiredKeys: [] }), {
      minLength: 1,
    }),
    birthDate: fc.constantFrom('1990', '1990-05', '1990-05-05'),
    address: fc.array(address, { minLength: 1 }),
    contact: fc.array(fc.record({ name: fc.record({ text: SHORT }), address }, { requiredKeys: [] }), { minLength: 1 }),
    maritalStatus: fc.record({ text: SHORT }),
    meta: fc.record(
      { versionId: SHORT, security: fc.array(fc.record({ system: SHORT, code: SHORT })) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)
const PATHS = [
  'name',
  'name.given',
  'birthDate',
  'address',
  'address.city',
  'contact.name',
  'contact.address',
  'maritalStatus',
  'photo',
]
const obligations = fc.array(
  fc.record({
    kind: fc.constantFrom('hide', 'redact', 'generalise'),
    path: fc.constantFrom(...PATHS).map((path) => `Patient.${path}`),
  }),
  { maxLength: 4 },
) as fc.Arbitrary<Obligation[]>

const said = (text: string) =>
  text.replaceAll(DAR, '{}').replaceAll(mark('REDACTED'), '{}').replaceAll(mark('MASKED'), '{}')

test('never says more than before, and what is not named stays byte for byte', () => {
  fc.assert(
    fc.property(people, obligations, (members, wanted) => {
      const before = JSON.stringify({ resourceType: 'Patient', ...members })
      const after = masked(before, ...wanted)
      const parsed = JSON.parse(after) as Record<string, unknown>
      const known = new Set([...leaves(JSON.parse(before)), '"1990"'])
      for (const leaf of leaves(JSON.parse(said(after)))) assert.ok(known.has(leaf), leaf)
      const named = new Set(wanted.map(({ path }) => path.split('.')[1]))
      for (const [key, value] of Object.entries(members as Record<string, unknown>))
        if (key !== 'meta' && !named.has(key))
          assert.ok(after.includes(`${JSON.stringify(key)}:${JSON.stringify(value)}`))
      for (const { path, kind } of wanted)
        if (kind === 'hide' && path.split('.').length === 2) assert.ok(!(path.slice(8) in parsed))
      assert.equal(masked(after, ...wanted), after, 'the second time there is nothing to do')
    }),
    { numRuns: 500 },
  )
})
