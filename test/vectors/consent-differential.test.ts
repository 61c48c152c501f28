import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileConsent } from '../../src/consent/compile-consent.ts'
import type { ConsentQuestion } from '../../src/consent/consent-question.ts'
import { evaluateConsents } from '../../src/consent/evaluate-consents.ts'
import { chained, consent, question, STUDY } from './random-consents.ts'
import { deepestEffect, type Raw, referenceAnswer } from './reference-evaluator.ts'

/** Worlds of up to three consents; each is asked eight questions. CONSENT_WORLDS=15000 asks 120,000. */
const worlds = Number(process.env.CONSENT_WORLDS ?? 2500)
const QUESTIONS = 8

/** Half of the worlds have only consents that can be honoured: the others are mostly shut. */
const world = fc.oneof(
  fc.array(consent, { minLength: 1, maxLength: 3 }),
  fc.array(
    consent.filter((one) => compileConsent(one).outcome === 'honoured'),
    { minLength: 1, maxLength: 2 },
  ),
)

/** Stored and read again, as they will be. */
const rulesOf = (consents: readonly Raw[]) =>
  JSON.parse(
    JSON.stringify(
      consents.map((one) => compileConsent(one)).flatMap((one) => (one.outcome === 'none' ? [] : [one.rules])),
    ),
  )

test(`${worlds * QUESTIONS} random questions get the same answer as from a second evaluator`, (t) => {
  const counts: Record<string, number> = {}
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  fc.assert(
    fc.property(
      world,
      fc.array(question, { minLength: QUESTIONS, maxLength: QUESTIONS }),
      fc.boolean(),
      (consents, questions, study) => {
        const rules = rulesOf(consents)
        for (const one of consents) count(compileConsent(one).outcome)
        for (const asked of questions) {
          const full = study ? { ...asked, study: STUDY } : asked
          const { outcome, depends } = evaluateConsents(rules, full)
          assert.deepEqual(depends, [])
          assert.equal(outcome, referenceAnswer(consents, full))
          count(outcome)
        }
      },
    ),
    { numRuns: worlds },
  )
  t.diagnostic(JSON.stringify(counts))
  for (const name of ['permit', 'deny', 'silent', 'honoured', 'refused', 'none'])
    assert.ok((counts[name] ?? 0) > worlds / 20, `${name} is as good as never tried: ${counts[name]}`)
})

test('an exception of an exception of an exception: the deepest that speaks decides', (t) => {
  let decided = 0
  const honoured = chained.filter((one) => compileConsent(one).outcome === 'honoured')
  fc.assert(
    fc.property(honoured, fc.array(question, { minLength: QUESTIONS, maxLength: QUESTIONS }), (one, questions) => {
      for (const asked of questions.filter(({ actor, patient }) => !actor.references.includes(patient))) {
        const deepest = deepestEffect(one, asked)
        decided += deepest === undefined ? 0 : 1
        assert.equal(evaluateConsents(rulesOf([one]), asked).outcome, deepest ?? one.provision.type)
      }
    }),
    { numRuns: worlds / 5 },
  )
  t.diagnostic(`${decided} decided by an exception`)
  assert.ok(decided > worlds / 20)
})

const OMITTED = [
  'type',
  'reference',
  'labels',
  'codes',
  'documentClasses',
  'related',
  'authors',
  'clinicalDate',
] as const

test('a verdict on part of a question holds for all of it, or says all that it depends on', (t) => {
  let undecided = 0
  fc.assert(
    fc.property(
      world,
      question,
      fc.subarray([...OMITTED, 'identifiers', 'actor'] as const),
      (consents, asked, omitted) => {
        const rules = rulesOf(consents)
        const partial = without(asked, omitted)
        const verdict = evaluateConsents(rules, partial)
        const whole = evaluateConsents(rules, asked)
        for (const part of verdict.depends) assert.ok(omitted.includes(part), `${part} was given`)
        if (verdict.depends.length === 0) return assert.equal(verdict.outcome, whole.outcome)
        undecided += 1
        assert.equal(verdict.outcome, 'deny')
        const rest = omitted.filter((one) => !verdict.depends.includes(one))
        const next = evaluateConsents(rules, without(asked, rest))
        assert.deepEqual([next.outcome, next.depends], [whole.outcome, []], 'what it depends on decides it')
      },
    ),
    { numRuns: worlds * 4 },
  )
  t.diagnostic(`${undecided} undecided`)
  assert.ok(undecided > worlds / 20)
})

function without(asked: ConsentQuestion, omitted: readonly string[]): ConsentQuestion {
  const record = Object.fromEntries(Object.entries(asked.record).filter(([key]) => !omitted.includes(key)))
  const { identifiers, references } = asked.actor
  const groups = omitted.includes('actor')
  const actor = {
    references: groups ? references.filter((one) => !one.startsWith('Group/')) : references,
    ...(groups ? { unresolved: ['Group'] } : {}),
    ...(omitted.includes('identifiers') || identifiers === undefined ? {} : { identifiers }),
  }
  return { ...asked, record, actor }
}
