import assert from 'node:assert/strict'
import test from 'node:test'
import type { AlertReason } from './consent-rules.ts'
import { evaluateConsents } from './evaluate-consents.ts'
import { explainAlert, explainVerdict } from './explain-verdict.ts'
import { applyImplicitPolicy } from './implicit-policies.ts'
import { ask, consent, deny, permit, rulesOf } from './test-consents.ts'

const psy = { securityLabel: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' }] }
const { labels: _, ...unlabelled } = ask().record
const verdicts = [
  evaluateConsents(rulesOf(consent(permit())), ask()),
  evaluateConsents(rulesOf(consent(deny())), ask()),
  evaluateConsents(rulesOf(consent({ ...permit(), ...psy })), ask()),
  evaluateConsents(rulesOf(consent({ ...permit(), ...psy })), ask({ record: unlabelled })),
  evaluateConsents(rulesOf(consent(permit('HRESCH'))), ask({ purpose: 'HMARKT' })),
  evaluateConsents(rulesOf(consent({ type: 'maybe' })), ask()),
  evaluateConsents([], ask()),
  evaluateConsents([], ask({ actor: { references: ['Patient/p'] } })),
  applyImplicitPolicy('deny', evaluateConsents([], ask()), ask()),
  applyImplicitPolicy('all-normal', evaluateConsents([], ask()), ask()),
]

test('patient and officer read why, and where', () => {
  assert.deepEqual(verdicts.map((one) => explainVerdict(one, 'whole')).slice(0, 4), [
    'The patient said yes to this. [Consent/c, provision]',
    'The patient said no to this. [Consent/c, provision]',
    'The patient shares only some of the chart. This is not part of it. [Consent/c, provision]',
    'The consent treats some records in one way and some in another. [Consent/c, provision] To tell, we must know how private the record is.',
  ])
  assert.equal(new Set(verdicts.map((one) => explainVerdict(one, 'whole'))).size, verdicts.length)
})

test('the one refused reads the same whatever the reason, and nothing of what the consent holds', () => {
  const refused = verdicts.filter((one) => one.outcome === 'deny').map((one) => explainVerdict(one, 'refused'))
  assert.ok(refused.length > 4)
  assert.equal(new Set(refused).size, 1)
  assert.doesNotMatch(refused[0] as string, /consent|label|Consent\/|patient said/)
})

/** Flesch-Kincaid grade, syllables counted by groups of vowels. */
function grade(text: string): number {
  const plain = text.replaceAll(/\[[^\]]*\]|\(see [^)]*\)|Consent\/\w+/g, '')
  const sentences = plain.split(/[.!?:]+/).filter((one) => /\w/.test(one))
  const words = plain.match(/[A-Za-z’]+/g) ?? []
  const syllables = words.reduce(
    (sum, one) => sum + Math.max(1, one.replace(/e$/, '').match(/[aeiouy]+/gi)?.length ?? 1),
    0,
  )
  return 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59
}

test('every sentence is of reading grade 8 or less', () => {
  const reasons =
    'not-a-consent status scope modifier element patient date policy unverified no-provision no-type untyped-criteria contradiction excepts-nothing nesting too-large period actor actor-role action purpose class code label data'
  const alerts = reasons
    .split(' ')
    .map((reason) => explainAlert('Consent/c', { reason: reason as AlertReason, path: 'x' }))
  const said = verdicts.flatMap((one) => [explainVerdict(one, 'whole'), explainVerdict(one, 'refused')])
  for (const text of [...alerts, ...said]) assert.ok(grade(text) <= 8, `${grade(text).toFixed(1)}: ${text}`)
})
