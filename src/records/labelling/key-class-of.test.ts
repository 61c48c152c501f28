import assert from 'node:assert/strict'
import test from 'node:test'
import { keyClassOf } from './key-class-of.ts'

const CASES: [string, string][] = [
  ['', 'general'],
  ['PSY', 'mental'],
  ['SUD', 'sud'],
  ['ETHUD', 'sud'],
  ['HIV', 'hiv'],
  ['GDIS', 'genetic'],
  ['SEX', 'repro'],
  ['SDV', 'general'],
  ['ADOL', 'general'],
  ['ADOL SEX', 'repro'],
  ['odd', 'general'],
  ['PSY SUD', 'sud'],
  ['HIV PSY', 'mental'],
  ['GDIS HIV', 'hiv'],
  ['GDIS SEX', 'genetic'],
]
for (const [codes, keyClass] of CASES)
  test(`the key class of ${codes || 'no sensitivity'} is ${keyClass}`, () => {
    const sensitivities = codes.split(' ').filter((one) => one !== '')
    assert.equal(keyClassOf({ confidentiality: 'R', sensitivities, policies: [] }), keyClass)
  })

test('a record that says nothing is general', () => {
  assert.equal(keyClassOf(undefined), 'general')
})
