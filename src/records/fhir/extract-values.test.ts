import assert from 'node:assert/strict'
import test from 'node:test'
import fhirpath, { type UserInvocationTable } from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import { searchParameters } from './definitions.ts'
import { compileRoute, extractValues } from './extract-values.ts'
import { parseResource, type Resource } from './parse-resource.ts'
import { routesOf } from './search-path.ts'
import { inputFiles, needsInputs } from './test-inputs.ts'

const entryOf = (resource: object) => extractValues(resource as Resource)

test('an Observation', () => {
  const entry = entryOf({
    resourceType: 'Observation',
    id: 'a',
    meta: { lastUpdated: '2020-01-01T00:00:00Z', tag: [{ system: 'http://t', code: 'x' }] },
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '1-8', display: 'One' }], text: 'Eins' },
    subject: { reference: 'Patient/1/_history/2', identifier: { system: 's', value: 'v' } },
    effectivePeriod: { start: '2020-01-01' },
    valueQuantity: { value: 5, comparator: '>', unit: 'mg', system: 'u', code: 'mg' },
  })
  assert.deepEqual(entry, {
    _tag: [{ s: 'http://t', c: 'x' }],
    code: [{ s: 'http://loinc.org', c: '1-8', t: 'One' }, { t: 'Eins' }],
    'combo-code': [{ s: 'http://loinc.org', c: '1-8', t: 'One' }, { t: 'Eins' }],
    'combo-value-quantity': [{ l: 5, s: 'u', c: 'mg', u: 'mg' }],
    date: [[1577836800000, null]],
    patient: [{ r: 'Patient/1', s: 's', c: 'v' }],
    status: [{ c: 'final' }],
    subject: [{ r: 'Patient/1', s: 's', c: 'v' }],
    'value-quantity': [{ l: 5, s: 'u', c: 'mg', u: 'mg' }],
  })
})

test('patient is the subject only if that is a Patient', () => {
  const patient = (subject: object, contained: object[] = []) =>
    entryOf({ resourceType: 'Observation', status: 'final', subject, contained }).patient
  assert.deepEqual(patient({ reference: 'Group/1' }), undefined)
  assert.deepEqual(patient({ reference: 'http://x.org/fhir/Patient/1' }), [{ r: 'http://x.org/fhir/Patient/1' }])
  assert.deepEqual(patient({ reference: 'http://x.org/Patient/Group/1' }), undefined)
  assert.deepEqual(patient({ reference: 'PatientX/1' }), undefined)
  assert.deepEqual(patient({ type: 'Patient', identifier: { value: 'v' } }), [{ c: 'v' }])
  const contained = [{ resourceType: 'Patient', id: 'p' }]
  assert.deepEqual(patient({ reference: '#p', identifier: { value: 'v' } }, contained), [{ c: 'v' }])
})

test('deceased is always known; names and addresses part by part', () => {
  assert.deepEqual(entryOf({ resourceType: 'Patient' }), { deceased: [{ c: 'false' }] })
  assert.deepEqual(entryOf({ resourceType: 'Patient', deceasedBoolean: false }).deceased, [{ c: 'false' }])
  assert.deepEqual(entryOf({ resourceType: 'Patient', deceasedBoolean: true }).deceased, [{ c: 'true' }])
  assert.deepEqual(entryOf({ resourceType: 'Patient', deceasedDateTime: '2020' }).deceased, [{ c: 'true' }])
  const { name, email, phone } = entryOf({
    resourceType: 'Patient',
    name: [{ family: 'Müller', given: ['jo', null, 'Ann'], _given: [null, { id: 'x' }, null] }],
    telecom: [{ system: 'email', value: 'a@b' }],
  })
  assert.deepEqual(name, [{ v: 'muller', x: 'Müller' }, { v: 'jo' }, { v: 'ann', x: 'Ann' }])
  assert.deepEqual([email, phone], [[{ s: 'email', c: 'a@b' }], undefined])
})

let current: Resource
const userInvocationTable: UserInvocationTable = {
  resolvesTo: {
    fn: (inputs: unknown[], type: unknown) =>
      inputs.filter((each) => isA((each as { data?: object }).data ?? (each as object), current, String(type))),
    arity: { 1: ['String' as const] },
    internalStructures: true,
  },
}
const isA = ({ reference, type }: { reference?: string; type?: string }, root: Resource, wanted: string) => {
  if (reference === undefined) return type === wanted
  if (!reference.startsWith('#')) return new RegExp(`(^|/)${wanted}/[^/]+(/_history/[^/]+)?$`).test(reference)
  const contained = (root.contained ?? []) as Resource[]
  return contained.some((each) => each.id === reference.slice(1) && each.resourceType === wanted)
}

test('routes find what fhirpath finds, for every parameter over the official examples', needsInputs, () => {
  const distinct = (values: unknown[]) => [...new Set(values.map((each) => JSON.stringify(each)))].sort()
  const compiled = new Map<string, (resource: Resource) => unknown[]>()
  let compared = 0
  let found = 0
  for (const { name, text } of inputFiles('fhir/r4-examples')) {
    const { resource } = parseResource(text)
    const type = resource.resourceType
    current = resource
    for (const { code, type: kind, expression } of searchParameters(type).values()) {
      if (kind === 'composite' || kind === 'special' || code === 'deceased') continue
      const key = `${type}.${code}`
      let reference = compiled.get(key)
      if (!reference) {
        // FHIRPath since 2.0 wants one item before `as`, where the search parameters of R4 mean ofType.
        const ours = expression
          .replaceAll(/\.where\(resolve\(\) is (\w+)\)/g, ".resolvesTo('$1')")
          .replaceAll(/\(([\w.]+) as (\w+)\)/g, '$1.ofType($2)')
          .replaceAll(/hasExtension\(('[^']+')\)/g, 'extension($1).exists()')
          .replaceAll(/\.as\((\w+)\)/g, '.ofType($1)')
        // Part by part: the union of fhirpath compares numbers roughly, and refuses quantities with a comparator.
        const parts = ours.split(' | ').map((each) => fhirpath.compile(each, r4, { userInvocationTable }))
        reference = (each) => parts.flatMap((evaluate) => evaluate(each) as unknown[])
        compiled.set(key, reference)
      }
      const ours: unknown[] = []
      for (const route of routesOf(type, expression))
        compileRoute(route, (value) => void ours.push(value))(resource, [], resource)
      assert.deepEqual(distinct(ours), distinct(reference(resource)), `${name} ${code}`)
      compared++
      if (ours.length > 0) found++
    }
  }
  assert.ok(compared > 10_000 && found > 3_000, `${compared} ${found}`)
})
