import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { loadPolicies } from './decide.ts'
import { explainDecision } from './explain.ts'
import { facts } from './scope.test.ts'

const decide = loadPolicies()

test('an explanation agrees with the decision, and what it says would allow it does', () => {
  fc.assert(
    fc.property(facts, (one) => {
      const { permitted, policies, wouldAllow } = explainDecision(decide, one)
      const decision = decide(one)
      assert.equal(permitted, decision.permitted)
      assert.deepEqual(policies, decision.reasons)
      if (permitted) assert.deepEqual(wouldAllow, [])
      if (wouldAllow.includes('a passkey')) assert.ok(decide({ ...one, strength: 'phishing-resistant' }).permitted)
      if (wouldAllow.includes('a consent of the patient')) assert.ok(decide({ ...one, consent: 'permit' }).permitted)
    }),
    { numRuns: 500 },
  )
})

test('a nurse and a stranger: what would help is named', () => {
  const explained = explainDecision(decide, {
    kind: 'person',
    role: 'nurse',
    act: 'read',
    type: 'Observation',
    ofPatient: true,
    labels: [],
    scopeCovers: true,
    relations: [],
    purpose: 'TREAT',
    strength: 'phishing-resistant',
    consent: 'silent',
  })
  assert.equal(explained.says, 'refused because no policy permits it')
  assert.ok(explained.wouldAllow.includes('the relation care-team'))
  assert.ok(explained.wouldAllow.includes('the relation break-glass for the purpose ETREAT'))
  assert.ok(!explained.wouldAllow.includes('the relation self-declared'))
})
