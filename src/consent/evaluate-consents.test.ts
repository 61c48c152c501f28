import assert from 'node:assert/strict'
import test from 'node:test'
import { CLIENT_IDS } from './consent-question.ts'
import { evaluateConsents } from './evaluate-consents.ts'
import { ask, consent, deny, permit, REASON, rulesOf } from './test-consents.ts'

const says = (resources: unknown[], question = ask()) => evaluateConsents(rulesOf(...resources), question).outcome

test('without consents there is silence', () => {
  assert.deepEqual(evaluateConsents([], ask()), { outcome: 'silent', because: [], depends: [] })
})

test('patients themselves are never shut out, not even by a consent that nobody understands', () => {
  const own = ask({ actor: { references: ['Patient/p'] } })
  for (const resource of [consent(deny()), consent({ type: 'maybe' }), consent(permit('HRESCH'))])
    assert.equal(says([resource], own), 'silent')
})

test('of one policy the most recent consent supersedes', () => {
  const yes = consent(permit(), { id: 'yes', dateTime: '2024-05-01' })
  const no = (dateTime: string) => consent(deny(), { id: 'no', dateTime })
  assert.equal(says([yes, no('2024-04-30')]), 'permit')
  assert.equal(says([yes, no('2024-05-02')]), 'deny')
  assert.equal(says([no('2024-05-01T09:00:00Z'), yes]), 'deny', 'the same day: it cannot be told which, so both count')
  assert.equal(says([no('2023'), consent(permit(), { policy: [{ uri: 'urn:other' }] })]), 'deny', 'another policy')
})

test('a later consent that is over supersedes still, and one that has not begun does not yet', () => {
  const old = consent(deny(), { dateTime: '2024-01-01' })
  const over = consent({ ...permit(), period: { end: '2024-06-01' } }, { dateTime: '2024-03-01' })
  const coming = consent({ ...permit(), period: { start: '2025-06-01' } }, { dateTime: '2024-03-01' })
  assert.equal(says([old, over]), 'silent')
  assert.equal(says([old, coming]), 'deny')
  assert.equal(says([old, coming], ask({ now: Date.UTC(2025, 6, 1) })), 'permit')
})

test('a later consent of the same policy puts a broken one right, and a broken one shuts what an older opened', () => {
  const broken = (dateTime: string) => consent({ type: 'permit', limit: 1 }, { dateTime })
  assert.equal(says([broken('2024-01-01'), consent(permit(), { dateTime: '2024-02-01' })]), 'permit')
  assert.equal(says([broken('2024-03-01'), consent(permit(), { dateTime: '2024-02-01' })]), 'deny')
})

test('across policies a denial overrides a permit, and a permit what is merely not covered', () => {
  const study = consent(permit('HRESCH'), { policy: [{ uri: 'urn:study' }] })
  const research = ask({ purpose: 'CLINTRCH' })
  assert.equal(says([consent(permit('TREAT')), study], research), 'permit')
  assert.equal(says([consent(permit('TREAT'))], research), 'deny')
  assert.equal(says([consent(deny('HRESCH')), study], research), 'deny')
  assert.equal(says([study]), 'silent', 'joining a study sends no doctor away')
  assert.equal(says([study, consent(permit('HPAYMT'))]), 'deny', 'payment only')
})

test('the verdict names the consents and provisions that decided', () => {
  const tree = { ...permit(), provision: [{ ...deny(), securityLabel: [label('HIV')] }, { ...deny('HMARKT') }] }
  const rules = rulesOf(consent(tree, { id: 'a' }), consent(permit(), { id: 'b', policy: [{ uri: 'urn:b' }] }))
  assert.deepEqual(evaluateConsents(rules, ask()).because, [
    { consent: 'Consent/a', path: 'provision', ground: 'permit' },
    { consent: 'Consent/b', path: 'provision', ground: 'permit' },
  ])
  assert.deepEqual(evaluateConsents(rules, ask({ purpose: 'HMARKT' })).because, [
    { consent: 'Consent/a', path: 'provision.provision[1]', ground: 'deny' },
  ])
  const { labels: _, ...record } = ask().record
  assert.deepEqual(evaluateConsents(rules, ask({ record })), {
    outcome: 'deny',
    because: [{ consent: 'Consent/a', path: 'provision', ground: 'undecided' }],
    depends: ['labels'],
  })
})

test('what a search does not know is depended on only when it matters', () => {
  const tree = { ...permit('TREAT'), provision: [{ ...deny(), securityLabel: [label('HIV')] }] }
  const rules = rulesOf(consent(tree))
  const search = ask({ record: { type: 'Observation' } })
  assert.deepEqual(evaluateConsents(rules, search).depends, ['labels'])
  assert.deepEqual(evaluateConsents(rules, { ...search, purpose: 'HMARKT' }).depends, [])
  const closed = evaluateConsents(rulesOf(consent(deny())), search)
  assert.deepEqual([closed.outcome, closed.depends], ['deny', []])
})

test('a group that was not looked up, or an unknown number, leaves the verdict open', () => {
  const role = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }
  const no = (reference: object) => rulesOf(consent({ ...deny(), actor: [{ role, reference }] }))
  const group = no({ reference: 'Group/night' })
  assert.equal(evaluateConsents(group, ask()).outcome, 'silent')
  const { depends } = evaluateConsents(group, ask({ actor: { references: ['Practitioner/1'], unresolved: ['Group'] } }))
  assert.deepEqual(depends, ['actor'])
  const numbered = no({ identifier: { system: 'urn:staff', value: '7' } })
  const by = (identifiers?: string[]) =>
    evaluateConsents(numbered, ask({ actor: { references: [], ...(identifiers && { identifiers }) } }))
  assert.deepEqual(by().depends, ['identifiers'])
  assert.equal(by(['identifier:urn:staff|7']).outcome, 'deny')
  assert.equal(by([]).outcome, 'silent')
  const app = no({ identifier: { system: CLIENT_IDS, value: 'growth-chart' } })
  const through = (client: string) => evaluateConsents(app, ask({ actor: { references: [], client } })).outcome
  assert.equal(through('growth-chart'), 'deny')
  assert.equal(through('other'), 'silent')
})

test('"nobody but Dr 1": a permit within a denial lifts it, and a permit of something else does not', () => {
  const role = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }
  const doctor = (id: string) => ({ actor: [{ role, reference: { reference: `Practitioner/${id}` } }] })
  const psy = { securityLabel: [label('PSY')] }
  const record = { ...ask().record, labels: ['R', 'PSY'] }
  const both = (second: object) => [consent({ ...permit(), provision: [{ ...deny(), ...psy }, second] })]
  assert.equal(says(both({ ...permit(), ...psy, ...doctor('1') }), ask({ record })), 'permit')
  assert.equal(says(both({ ...permit(), ...psy, ...doctor('2') }), ask({ record })), 'deny')
  const window = { ...permit(), ...doctor('1'), dataPeriod: { start: '2020' } }
  assert.equal(
    says([consent({ ...permit('HPAYMT'), provision: [{ ...deny('TREAT'), ...psy }, window] })], ask({ record })),
    'deny',
  )
})

test('an exception that inherits a level means the very data that are excepted from', () => {
  const role = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }
  const doctor = { actor: [{ role, reference: { reference: 'Practitioner/1' } }] }
  const level = (code: string) => ({ securityLabel: [{ system: LEVELS, code }] })
  const of = (tree: object, labels: string[]) => says([consent(tree)], ask({ record: { ...ask().record, labels } }))
  const shut = { ...permit(), ...level('R'), provision: [{ ...deny(), ...doctor }] }
  for (const one of ['L', 'N', 'R', 'V']) assert.equal(of(shut, [one]), 'deny', one)
  const open = { ...deny(), ...level('R'), provision: [{ ...permit(), ...doctor }] }
  for (const one of ['R', 'V']) assert.equal(of(open, [one]), 'permit', one)
  assert.equal(of(open, ['N']), 'silent')
})

const LEVELS = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const label = (code: string) => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code })

test('purposes that the house made up count for themselves', () => {
  const own = consent({ ...permit(), purpose: [{ system: 'urn:ours', code: 'audit' }] })
  assert.equal(says([own], ask({ purpose: 'urn:ours|audit' })), 'permit')
  assert.equal(says([own], ask({ purpose: 'HMARKT' })), 'deny')
  assert.equal(
    says([consent({ ...permit(), purpose: [{ system: REASON, code: 'AUDIT' }] })]),
    'deny',
    'not v3-PurposeOfUse',
  )
})
