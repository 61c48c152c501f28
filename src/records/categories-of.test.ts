import assert from 'node:assert/strict'
import test from 'node:test'
import { CATEGORISED_TYPES } from '../policy/categorised-types.ts'
import { categoriesOf } from './categories-of.ts'
import { resourceTypes, searchParameters } from './fhir/definitions.ts'
import { extractValues } from './fhir/extract-values.ts'
import type { Resource } from './fhir/parse-resource.ts'

test('the types that granular scopes can constrain are those with a search parameter category', () => {
  const having = resourceTypes().filter((type) => searchParameters(type).has('category'))
  assert.deepEqual([...CATEGORISED_TYPES].sort(), [...having].sort())
})

const of = (resource: Resource) => categoriesOf(resource.resourceType, extractValues(resource))

test('categories are system and code, each once', () => {
  const coding = { system: 'urn:c', code: 'lab' }
  const resource = {
    resourceType: 'Observation',
    category: [{ coding: [coding, { code: 'x' }], text: 'Lab' }, { coding: [coding] }],
  }
  assert.deepEqual(of(resource as unknown as Resource), ['urn:c|lab', '|x'])
  assert.deepEqual(of({ resourceType: 'Observation' } as Resource), [])
  assert.equal(of({ resourceType: 'Patient' } as Resource), undefined)
})

test('a category that is a bare code has the system of its binding', () => {
  assert.deepEqual(of({ resourceType: 'AllergyIntolerance', category: ['food'] } as unknown as Resource), [
    'http://hl7.org/fhir/allergy-intolerance-category|food',
  ])
})
