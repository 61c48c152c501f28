import assert from 'node:assert/strict'
import test from 'node:test'
import { elementsOf, isResourceType, patientParameters, resourceTypes, searchParameters } from './definitions.ts'
import { routesOf } from './search-path.ts'

test('R4 has 146 concrete resource types', () => {
  assert.equal(resourceTypes().length, 146)
  assert.ok(isResourceType('Patient'))
  for (const other of ['Resource', 'DomainResource', 'HumanName', 'patient', '', '__proto__', 'constructor'])
    assert.ok(!isResourceType(other), other)
})

test('an element has its types, cardinality, targets and required codes', () => {
  const gender = elementsOf('Patient').find((each) => each.name === 'gender')
  assert.deepEqual(gender?.codes, {
    'http://hl7.org/fhir/administrative-gender': ['male', 'female', 'other', 'unknown'],
  })
  const other = elementsOf('Patient.link').find((each) => each.name === 'other')
  assert.deepEqual([other?.min, other?.max, other?.targets], [1, 1, ['Patient', 'RelatedPerson']])
  const range = elementsOf('Observation.component').find((each) => each.name === 'referenceRange')
  assert.deepEqual([range?.types, range?.max], [['#Observation.referenceRange'], -1])
  assert.deepEqual(
    elementsOf('Age').map((each) => each.name),
    elementsOf('Quantity').map((each) => each.name),
  )
})

test('every search parameter that is not composite or special leads somewhere', () => {
  let count = 0
  for (const type of resourceTypes())
    for (const parameter of searchParameters(type).values()) {
      if (parameter.type === 'composite' || parameter.type === 'special') continue
      assert.ok(routesOf(type, parameter.expression).length > 0, `${type}.${parameter.code}`)
      count++
    }
  assert.ok(count > 2400)
})

test('the patient parameter never reaches further than the compartment does', () => {
  const paths = (type: string, code: string) =>
    routesOf(type, searchParameters(type).get(code)?.expression ?? '').map((route) =>
      route.steps.flatMap((step) => (step.kind === 'field' ? [step.key] : [])).join('.'),
    )
  const beyond = resourceTypes().filter((type) => {
    if (!searchParameters(type).has('patient') || patientParameters(type).length === 0) return false
    const compartment = new Set(patientParameters(type).flatMap((code) => paths(type, code)))
    return !paths(type, 'patient').every((path) => compartment.has(path))
  })
  assert.deepEqual(beyond, [])
  const outside = resourceTypes().filter((t) => searchParameters(t).has('patient') && patientParameters(t).length === 0)
  assert.deepEqual(outside, [])
  for (const type of ['Contract', 'Device', 'GuidanceResponse', 'Task'])
    assert.deepEqual(patientParameters(type), ['patient'])
})
