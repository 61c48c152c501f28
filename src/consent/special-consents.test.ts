import assert from 'node:assert/strict'
import test from 'node:test'
import type { ConsentQuestion } from './consent-question.ts'
import { evaluateConsents } from './evaluate-consents.ts'
import { hidingConsent } from './hiding-consent.ts'
import { nextChange } from './next-change.ts'
import { outsidePartyConsent } from './outside-party-consent.ts'
import { lastDayBefore, proxyConsent } from './proxy-consent.ts'
import { studyConsent } from './study-consent.ts'
import { ask, rulesOf } from './test-consents.ts'

const form = { patient: 'Patient/p', organization: 'Organization/ours', signedAt: '2024-03-01' }
const by = (reference: string, changes: Partial<ConsentQuestion> = {}) =>
  ask({ actor: { references: [reference], identifiers: [] }, ...changes })
const labelled = (...labels: string[]) => ({ record: { ...ask().record, labels } })

test('an outside party gets what was agreed, until the day agreed, for the purpose agreed', () => {
  const clinic = 'Organization/spine-clinic'
  const rules = rulesOf(
    outsidePartyConsent(form, { party: clinic, purposes: ['TREAT'], labels: ['N', 'PSY'], until: '2025-06-30' }),
  )
  const says = (question: ConsentQuestion) => evaluateConsents(rules, question).outcome
  assert.equal(says(by(clinic, { act: 'disclose' })), 'permit')
  assert.equal(says(by(clinic, { act: 'disclose', ...labelled('R', 'PSY') })), 'permit')
  assert.equal(says(by(clinic, { act: 'disclose', ...labelled('R', 'HIV') })), 'deny')
  assert.equal(says(by(clinic, { act: 'disclose', purpose: 'HMARKT' })), 'deny')
  assert.equal(says(by('Practitioner/own-doctor')), 'silent', 'the own doctors are as they were')
  assert.equal(says(by(clinic, { now: Date.UTC(2025, 6, 1) })), 'silent', 'over: the default stands again')
  assert.equal(nextChange(rules, ask().now), Date.UTC(2025, 6, 1))
  assert.equal(nextChange(rules, Date.UTC(2025, 6, 1)), undefined)
})

test('two parties have two consents, and a later one of the same party replaces the first', () => {
  const [one, two] = ['Organization/one', 'Organization/two']
  const share = (party: string, signedAt: string, labels: string[]) =>
    outsidePartyConsent({ ...form, signedAt }, { party, purposes: ['TREAT'], labels })
  const rules = rulesOf(
    share(one, '2024-03-01', ['R']),
    share(two, '2024-03-02', ['R']),
    share(one, '2024-03-03', ['N']),
  )
  assert.equal(evaluateConsents(rules, by(one, labelled('R'))).outcome, 'deny')
  assert.equal(evaluateConsents(rules, by(two, labelled('R'))).outcome, 'permit')
})

test('a study gets what its patients agreed to, and no other research does', () => {
  const study = 'https://ours.example/studies|sleep-4' as const
  const rules = rulesOf(studyConsent(form, { study, researchers: ['Group/sleep-lab'], labels: ['N'] }))
  const says = (question: ConsentQuestion) => evaluateConsents(rules, question).outcome
  const research = { purpose: 'HRESCH', study }
  assert.equal(says(by('Group/sleep-lab', research)), 'permit')
  assert.equal(says(by('Group/sleep-lab', { ...research, ...labelled('R', 'SEX') })), 'deny')
  assert.equal(says(by('Group/sleep-lab', { purpose: 'HRESCH' })), 'deny', 'research, but not that study')
  assert.equal(
    says(by('Group/sleep-lab', { purpose: 'HRESCH', study: 'https://ours.example/studies|sleep-5' })),
    'deny',
  )
  assert.equal(says(by('Practitioner/own-doctor', research)), 'deny')
  assert.equal(says(by('Practitioner/own-doctor')), 'silent')
})

test('a parent sees the chart until the birthday at which the child decides alone', () => {
  const parent = 'RelatedPerson/parent'
  const child = { born: '2012-05-17', decidesAloneAt: 13 }
  const rules = rulesOf(proxyConsent({ ...form, performer: parent }, { proxy: parent, child }))
  const on = (now: number, who = parent) => evaluateConsents(rules, by(who, { purpose: 'PATRQT', now })).outcome
  assert.equal(on(Date.UTC(2025, 4, 16, 23, 59, 59)), 'permit')
  assert.equal(on(Date.UTC(2025, 4, 17)), 'silent')
  assert.equal(on(Date.UTC(2025, 4, 1), 'RelatedPerson/uncle'), 'deny')
  const late = { ...form, signedAt: '2025-05-17', performer: parent }
  assert.throws(() => proxyConsent(late, { proxy: parent, child }), /already of the age/)
})

test('a proxy of an adult has no end', () => {
  const rules = rulesOf(proxyConsent(form, { proxy: 'RelatedPerson/carer', labels: ['N'] }))
  const far = { purpose: 'PATRQT', now: Date.UTC(2090, 0, 1) }
  assert.equal(evaluateConsents(rules, by('RelatedPerson/carer', far)).outcome, 'permit')
  assert.equal(evaluateConsents(rules, by('RelatedPerson/carer', { ...far, ...labelled('R') })).outcome, 'deny')
})

test('birthdays: leap days, dates known in part, and what is no date', () => {
  assert.equal(lastDayBefore('2012-05-17', 16), '2028-05-16')
  assert.equal(lastDayBefore('2008-02-29', 13), '2021-02-27', 'the 28th counts as the birthday')
  assert.equal(lastDayBefore('2008-02-29', 16), '2024-02-28')
  assert.equal(lastDayBefore('2012-01-01', 12), '2023-12-31')
  assert.equal(lastDayBefore('2012-05', 18), '2030-04-30')
  assert.equal(lastDayBefore('2012', 18), '2029-12-31')
  for (const odd of ['', '12-5-2012', '2012-02-30', '2012-05-17T00:00:00Z'])
    assert.throws(() => lastDayBefore(odd, 16), /date of birth/, odd)
  for (const years of [-1, 1.5, Number.NaN, 200]) assert.throws(() => lastDayBefore('2012', years), /date of birth/)
})

test('a teenager hides a prescription from the parent’s view, and then another', () => {
  const parent = 'RelatedPerson/parent'
  const hide = (record: string, signedAt: string) =>
    hidingConsent({ ...form, signedAt }, { from: [parent], records: [record] })
  const rules = rulesOf(
    proxyConsent(form, { proxy: parent, child: { born: '2010-01-01', decidesAloneAt: 18 } }),
    hide('MedicationRequest/pill', '2024-05-01'),
    hide('Observation/test', '2024-06-01'),
  )
  const sees = (who: string, reference: string) =>
    evaluateConsents(rules, by(who, { purpose: 'PATRQT', record: { ...ask().record, reference } })).outcome
  assert.equal(sees(parent, 'MedicationRequest/cough-syrup'), 'permit')
  assert.equal(sees(parent, 'MedicationRequest/pill'), 'deny')
  assert.equal(sees(parent, 'Observation/test'), 'deny')
  assert.equal(sees('Patient/p', 'MedicationRequest/pill'), 'silent', 'the teenager needs no consent')
  const { reference: _, ...record } = ask().record
  assert.deepEqual(evaluateConsents(rules, by(parent, { purpose: 'PATRQT', record })).depends, ['reference'])
})

test('a purpose that nobody knows is refused when the form is filled in', () => {
  assert.throws(() => outsidePartyConsent(form, { party: 'Organization/x', purposes: ['FUN'] }), RangeError)
})
