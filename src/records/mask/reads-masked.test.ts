import assert from 'node:assert/strict'
import test from 'node:test'
import type { Obligation } from '../../policy/obligations.ts'
import { searchParameters } from '../fhir/definitions.ts'
import { parseSearch } from '../fhir/search-query.ts'
import { maskedParameter } from './reads-masked.ts'

const hide = (path: string): Obligation => ({ kind: 'hide', path })

for (const [query, type, path, refused] of [
  ['name=x', 'Patient', 'Patient.name', 'name'],
  ['family:exact=x', 'Patient', 'Patient.name', 'family'],
  ['given=x', 'Patient', 'Patient.name.family', undefined],
  ['name=x', 'Patient', 'Patient.name.given', 'name'],
  ['birthdate=1990', 'Patient', 'Patient.birthDate', 'birthdate'],
  ['phone=1', 'Patient', 'Patient.telecom', 'phone'],
  ['address-city=x', 'Patient', 'Patient.address', 'address-city'],
  ['deceased=true', 'Patient', 'Patient.deceased', 'deceased'],
  ['_sort=family', 'Patient', 'Patient.name', 'family'],
  ['gender=male', 'Patient', 'Patient.name', undefined],
  ['_id=x', 'Patient', 'Patient.name', undefined],
  ['name=x', 'Patient', 'Practitioner.name', undefined],
  ['patient=x', 'Observation', 'Observation.subject.display', undefined],
  ['subject=x', 'Observation', 'Observation.subject.identifier', undefined],
  ['subject:identifier=a|b', 'Observation', 'Observation.subject.identifier', 'subject'],
  ['subject=x', 'Observation', 'Observation.subject', 'subject'],
  ['value-quantity=5', 'Observation', 'Observation.value', 'value-quantity'],
  ['combo-value-quantity=5', 'Observation', 'Observation.component.value', 'combo-value-quantity'],
] as const)
  test(`${type}?${query} with ${path} masked is ${refused === undefined ? 'answered' : 'refused'}`, () => {
    const pairs = [query.split('=') as [string, string]]
    assert.equal(maskedParameter(parseSearch(type, pairs), [hide(path)]), refused)
  })

test('every parameter of Patient that reads a name is known', () => {
  const asked = [...searchParameters('Patient').values()].filter(
    ({ code }) =>
      maskedParameter({ type: 'Patient', filters: [], sort: [{ code, desc: false }], count: 1 }, [
        hide('Patient.name'),
      ]) === code,
  )
  assert.deepEqual(asked.map(({ code }) => code).sort(), ['family', 'given', 'name', 'phonetic'])
})
