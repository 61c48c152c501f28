import assert from 'node:assert/strict'
import test from 'node:test'
import { evaluateConsents } from './evaluate-consents.ts'
import {
  applyImplicitPolicy,
  IMPLICIT_POLICIES,
  type ImplicitPolicyName,
  isImplicitPolicy,
} from './implicit-policies.ts'
import { ask, consent, deny, permit, rulesOf } from './test-consents.ts'

const names = Object.keys(IMPLICIT_POLICIES) as ImplicitPolicyName[]
const silence = evaluateConsents([], ask())

test('the four implicit policies of PCF: who may, for what', () => {
  const clinician = { references: ['Practitioner/1'], clinician: true }
  const clerk = { references: ['Practitioner/2'] }
  const table: [typeof clerk, string, ImplicitPolicyName[]][] = [
    [clinician, 'TREAT', ['basic-normal', 'all-normal']],
    [clinician, 'ETREAT', ['basic-normal', 'all-normal']],
    [clinician, 'BTG', ['basic-normal', 'all-normal', 'break-glass-only']],
    [clinician, 'HRESCH', ['all-normal']],
    [clerk, 'TREAT', ['all-normal']],
    [clerk, 'HPAYMT', ['all-normal']],
    [clerk, 'BTG', ['all-normal']],
  ]
  for (const [actor, purpose, wanted] of table)
    for (const name of names) {
      const { outcome, because } = applyImplicitPolicy(name, silence, ask({ actor, purpose }))
      assert.equal(outcome, wanted.includes(name) ? 'permit' : 'deny', `${name} ${purpose}`)
      assert.equal(because[0]?.consent, `https://profiles.ihe.net/ITI/PCF/Policy-${name}`)
    }
})

test('a recorded consent overrides the implicit policy, either way, and patients need none', () => {
  for (const name of names) {
    const of = (provision: object, question = ask()) =>
      applyImplicitPolicy(name, evaluateConsents(rulesOf(consent(provision)), question), question).outcome
    assert.equal(of(permit()), 'permit')
    assert.equal(of(deny()), 'deny')
    assert.equal(of(permit('TREAT'), ask({ purpose: 'HMARKT' })), 'deny')
    assert.equal(of(deny(), ask({ actor: { references: ['Patient/p'] } })), 'silent')
  }
})

test('the setting takes their names', () => {
  assert.deepEqual(names.filter(isImplicitPolicy), ['basic-normal', 'all-normal', 'break-glass-only', 'deny'])
  for (const odd of ['', 'permit', 'toString']) assert.equal(isImplicitPolicy(odd), false)
})
