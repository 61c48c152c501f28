import assert from 'node:assert/strict'
import test from 'node:test'
import type { Scope } from '../kernel/actor.ts'
import { scopesCover, scopesName } from './facts.ts'

const own: Scope = { context: 'patient', type: '*', may: 'rs' }
const all: Scope = { context: 'user', type: '*', may: 'rs' }
const labs: Scope = {
  context: 'user',
  type: 'Observation',
  may: 'rs',
  where: [{ param: 'category', anyOf: ['urn:c|lab'] }],
}

test('patient scopes cover records of the patient of the launch, and no others', () => {
  const ada = { scopes: [own], launchPatient: 'ada' }
  assert.ok(scopesCover(ada, 'read', { type: 'Observation', patient: 'ada' }))
  assert.ok(!scopesCover(ada, 'read', { type: 'Observation', patient: 'bob' }))
  assert.ok(!scopesCover(ada, 'read', { type: 'Practitioner' }), 'of no patient')
  assert.ok(!scopesCover({ scopes: [own] }, 'read', { type: 'Observation', patient: 'ada' }), 'no patient was chosen')
  assert.ok(!scopesCover({ scopes: [own] }, 'read', { type: 'Practitioner' }), 'nothing equals nothing')
  assert.ok(scopesCover({ scopes: [all] }, 'read', { type: 'Observation', patient: 'bob' }))
})

test('a constraint holds when one of its categories is the record’s', () => {
  const actor = { scopes: [labs] }
  const covers = (categories: readonly string[] | 'any' | undefined) =>
    scopesCover(actor, 'read', { type: 'Observation', patient: 'ada', categories })
  assert.ok(covers(['urn:c|lab']))
  assert.ok(covers(['urn:c|vital', 'urn:c|lab']))
  assert.ok(covers('any'))
  assert.ok(!covers(['urn:c|vital']))
  assert.ok(!covers(['|lab']))
  assert.ok(!covers([]))
  assert.ok(!covers(undefined), 'sealed before there were categories')
})

test('an update that creates needs u, and a search s', () => {
  const may = (letters: string, act: Parameters<typeof scopesCover>[1]) =>
    scopesCover({ scopes: [{ context: 'system', type: '*', may: letters }] }, act, { type: 'Patient' })
  assert.ok(may('u', 'create-with-id') && !may('c', 'create-with-id'))
  assert.ok(may('s', 'search') && !may('r', 'search') && !may('s', 'read'))
  assert.ok(scopesName([labs], 'Observation') && !scopesName([labs], 'Condition'))
})
