import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileConsent } from '../../src/consent/compile-consent.ts'
import type { ConsentQuestion, ConsentRecord } from '../../src/consent/consent-question.ts'
import { dateSpan } from '../../src/consent/date-span.ts'
import { evaluateConsents } from '../../src/consent/evaluate-consents.ts'
import { applyImplicitPolicy, type ImplicitPolicyName } from '../../src/consent/implicit-policies.ts'
import { consents, records } from './pcf-examples.ts'
import { withoutSharedData } from './shared-data.ts'

const FOOBAR = 'http://example.org/policies/purposeOfUse|FooBar'

const compiled = (id: string) => {
  const result = compileConsent(consents.get(id))
  return result.outcome === 'honoured' ? [result.rules] : assert.fail(JSON.stringify(result))
}

const record = (id: string, changes: ConsentRecord = {}): ConsentRecord => ({
  ...(records.get(id) ?? assert.fail(`there is no ${id}`)),
  ...changes,
})

const plain = (labels: string[] = ['N']): ConsentRecord => record('ex-bloodSugar', { labels })

function ask(changes: Partial<ConsentQuestion> & { who?: string[] } = {}): ConsentQuestion {
  const { who = ['Practitioner/ex-other', 'Organization/ex-organization'], ...rest } = changes
  return {
    patient: 'Patient/ex-patient',
    actor: { references: who, clinician: true },
    purpose: 'TREAT',
    act: 'read',
    record: plain(),
    now: Date.UTC(2022, 8, 1),
    ...rest,
  }
}

const says = (id: string, question: ConsentQuestion) => evaluateConsents(compiled(id), question).outcome
/** Whether a token is issued, or a record flows: PCF has "Deny all" when nothing else is declared. */
const flows = (id: string, question: ConsentQuestion, implicit: ImplicitPolicyName = 'deny') =>
  applyImplicitPolicy(implicit, evaluateConsents(compiled(id), question), question).outcome === 'permit'

const PRACTITIONER = ['Practitioner/ex-practitioner', 'Organization/ex-organization']
const TPO = ['TREAT', 'HPAYMT', 'HOPERAT', 'ETREAT', 'COVERAGE', 'HQUALIMP']
const OTHERS = ['HMARKT', 'HRESCH', 'PATRQT', 'PUBHLTH', FOOBAR]

const named: [string, () => void][] = [
  ['ex-consent-basic-treat', () => treatmentPaymentOperations('ex-consent-basic-treat')],
  ['ex-consent-basic-treat-infant', () => treatmentPaymentOperations('ex-consent-basic-treat-infant')],
  ['ex-consent-basic-ink', () => treatmentPaymentOperations('ex-consent-basic-ink')],
  [
    'ex-consent-expired-treat',
    () => {
      treatmentPaymentOperations('ex-consent-expired-treat')
      for (const now of [Date.UTC(2023, 0, 1), Date.UTC(2030, 0, 1)]) {
        assert.equal(flows('ex-consent-expired-treat', ask({ now })), false)
        assert.equal(says('ex-consent-expired-treat', ask({ now })), 'silent', 'the implicit policy stands again')
      }
      assert.ok(flows('ex-consent-expired-treat', ask({ now: Date.UTC(2022, 11, 31, 23, 59) })), 'the last day counts')
    },
  ],
  [
    'ex-consent-basic-reject',
    () => {
      for (const purpose of [...TPO, 'BTG']) assert.equal(says('ex-consent-basic-reject', ask({ purpose })), 'deny')
      for (const purpose of OTHERS)
        assert.equal(flows('ex-consent-basic-reject', ask({ purpose }), 'all-normal'), false)
    },
  ],
  [
    'ex-consent-basic-research',
    () => {
      for (const purpose of ['HRESCH', 'CLINTRCH', 'PRECLINTRCH', 'TRANSRCH'])
        assert.ok(flows('ex-consent-basic-research', ask({ purpose })), purpose)
      const study = 'http://example.org/studies|17'
      assert.ok(flows('ex-consent-basic-research', ask({ purpose: 'HRESCH', study })), 'a project within HRESCH')
      for (const purpose of ['TREAT', 'HMARKT'])
        assert.equal(flows('ex-consent-basic-research', ask({ purpose })), false)
      assert.equal(says('ex-consent-basic-research', ask()), 'silent', 'it sends no doctor away')
    },
  ],
  ['ex-consent-intermediate-timeframe', () => timeframe('ex-consent-intermediate-timeframe', true)],
  ['ex-consent-intermediate-not-timeframe', () => timeframe('ex-consent-intermediate-not-timeframe', false)],
  ['ex-consent-intermediate-authoredby', () => authoredBy('ex-consent-intermediate-authoredby', true)],
  ['ex-consent-intermediate-not-authoredby', () => authoredBy('ex-consent-intermediate-not-authoredby', false)],
  ['ex-consent-intermediate-encounter', () => encounter('ex-consent-intermediate-encounter', true)],
  ['ex-consent-intermediate-not-encounter', () => encounter('ex-consent-intermediate-not-encounter', false)],
  [
    'ex-consent-intermediate-data',
    () => {
      for (const id of 'ex-encounter ex-weight-2 ex-weight ex-bloodPressure ex-bloodSugar ex-alcoholUse'.split(' '))
        assert.ok(flows('ex-consent-intermediate-data', ask({ record: record(id) })), id)
      const another = record('ex-weight', { reference: 'Observation/ex-weight-3' })
      assert.equal(says('ex-consent-intermediate-data', ask({ record: another })), 'deny')
      beyondPurposes('ex-consent-intermediate-data')
    },
  ],
  [
    'ex-consent-intermediate-not-data',
    () => {
      assert.equal(says('ex-consent-intermediate-not-data', ask({ record: record('ex-alcoholUse') })), 'deny')
      for (const id of 'ex-encounter ex-weight-2 ex-weight ex-bloodPressure ex-bloodSugar'.split(' '))
        assert.ok(flows('ex-consent-intermediate-not-data', ask({ record: record(id) })), id)
      beyondPurposes('ex-consent-intermediate-not-data')
    },
  ],
  [
    'ex-consent-intermediate-purpose',
    () => {
      const id = 'ex-consent-intermediate-purpose'
      const house = ['Practitioner/r', 'Organization/ex-org-researcher']
      assert.ok(flows(id, ask({ who: house, purpose: FOOBAR })))
      assert.ok(flows(id, ask({ who: house, purpose: 'HRESCH', study: FOOBAR })), 'the project named as a study')
      for (const purpose of [...TPO, ...OTHERS].filter((one) => one !== FOOBAR))
        assert.equal(flows(id, ask({ who: house, purpose })), false, purpose)
      for (const implicit of ['deny', 'all-normal', 'basic-normal'] as const)
        assert.equal(flows(id, ask({ purpose: FOOBAR }), implicit), false, 'others, for that purpose')
      assert.equal(says(id, ask()), 'silent', 'it sends no doctor away')
    },
  ],
  [
    'ex-dissent-intermediate-break-glass',
    () => {
      const id = 'ex-dissent-intermediate-break-glass'
      const privileged = [...PRACTITIONER, 'Group/ex-privilegedUsers']
      for (const purpose of [...TPO, ...OTHERS])
        assert.equal(says(id, ask({ who: privileged, purpose })), 'deny', purpose)
      assert.equal(says(id, ask({ purpose: 'BTG' })), 'deny', 'not of the group')
      for (const labels of [['N'], ['R', 'PSY'], ['V']])
        assert.ok(flows(id, ask({ who: privileged, purpose: 'BTG', record: plain(labels) })))
    },
  ],
  ['ex-consent-advanced-normal', () => normalOnly('ex-consent-advanced-normal', ask())],
  ['ex-consent-advanced-normal-not-restricted', () => normalOnly('ex-consent-advanced-normal-not-restricted', ask())],
  ['ex-consent-advanced-normal-restricted', () => normalAndRestricted('ex-consent-advanced-normal-restricted', ask())],
  [
    'ex-consent-advanced-normal-focused-restricted',
    () => {
      normalOnly('ex-consent-advanced-normal-focused-restricted', ask())
      normalAndRestricted('ex-consent-advanced-normal-focused-restricted', ask({ who: PRACTITIONER }))
    },
  ],
  ['ex-consent-advanced-normal-focused-psy', () => focused('ex-consent-advanced-normal-focused-psy', ['PSY'])],
  [
    'ex-consent-advanced-normal-focused-psy-or-sdv',
    () => focused('ex-consent-advanced-normal-focused-psy-or-sdv', ['PSY', 'SDV']),
  ],
  [
    'ex-consent-advanced-normal-break-glass-restricted',
    () => {
      const id = 'ex-consent-advanced-normal-break-glass-restricted'
      const privileged = [...PRACTITIONER, 'Group/ex-privilegedUsers']
      normalOnly(id, ask())
      normalOnly(id, ask({ who: privileged }))
      normalOnly(id, ask({ purpose: 'BTG' }))
      normalAndRestricted(id, ask({ who: privileged, purpose: 'BTG' }))
    },
  ],
]

function beyondPurposes(id: string, changes: Partial<ConsentQuestion> = {}) {
  for (const purpose of OTHERS)
    for (const implicit of ['deny', 'all-normal', 'basic-normal'] as const)
      assert.equal(flows(id, ask({ ...changes, purpose }), implicit), false, `${purpose}, ${implicit}`)
}

function treatmentPaymentOperations(id: string) {
  for (const purpose of TPO)
    for (const labels of [['N'], ['R', 'ETHUD'], []])
      assert.ok(flows(id, ask({ purpose, record: plain(labels) })), `${purpose} ${labels}`)
  beyondPurposes(id)
}

/** `only`: nothing but what is meant; otherwise everything but that. */
function holds(id: string, only: boolean, meant: ConsentRecord, others: readonly ConsentRecord[]) {
  assert.equal(flows(id, ask({ record: meant })), only)
  for (const other of others) assert.equal(flows(id, ask({ record: other })), !only)
  if (!only) assert.equal(says(id, ask({ record: meant })), 'deny')
  beyondPurposes(id, { record: meant })
}

function timeframe(id: string, only: boolean) {
  const dated = (text: string) => plainDated(text)
  holds(id, only, record('ex-alcoholUse'), [record('ex-weight'), dated('2021-12-31'), dated('2023-01-01')])
  for (const edge of ['2022-01-01', '2022-12-31', '2022-06', '2022', '2022-12-31T23:59:59Z'])
    assert.equal(flows(id, ask({ record: dated(edge) })), only, edge)
  for (const unsure of [
    record('ex-weight', { clinicalDate: null }),
    { ...plain(), clinicalDate: [null, null] as const },
  ])
    assert.equal(says(id, ask({ record: unsure })), 'deny', 'no date, or all of time: never in doubt for release')
}
const plainDated = (text: string): ConsentRecord => ({ ...plain(), clinicalDate: dateSpan(text) ?? assert.fail(text) })

const authoredBy = (id: string, only: boolean) =>
  holds(id, only, record('ex-weight', { authors: ['Practitioner/ex-practitioner'] }), [
    record('ex-weight'),
    record('ex-weight', { authors: [] }),
  ])

const encounter = (id: string, only: boolean) => {
  const elsewhere = record('ex-weight', { related: ['Encounter/ex-other', 'Patient/ex-patient'] })
  holds(id, only, record('ex-alcoholUse'), [elsewhere])
  assert.equal(flows(id, ask({ record: record('ex-encounter') })), only, 'the encounter itself')
}

function normalOnly(id: string, question: ConsentQuestion) {
  const of = (labels: string[]) => says(id, { ...question, record: plain(labels) })
  assert.equal(of(['N']), 'permit')
  assert.equal(of(['L']), 'permit')
  for (const labels of [['R'], ['R', 'ETHUD'], ['R', 'PSY'], ['V'], ['N', 'R'], []])
    assert.equal(of(labels), 'deny', `${labels}`)
  assert.equal(says(id, { ...question, record: record('ex-alcoholUse') }), 'deny')
  assert.equal(says(id, { ...question, record: record('ex-weight') }), 'permit')
}

function normalAndRestricted(id: string, question: ConsentQuestion) {
  const of = (labels: string[]) => says(id, { ...question, record: plain(labels) })
  for (const labels of [['N'], ['R'], ['R', 'ETHUD'], ['R', 'PSY', 'HIV']])
    assert.equal(of(labels), 'permit', `${labels}`)
  for (const labels of [['V'], ['V', 'PSY'], []]) assert.equal(of(labels), 'deny', `${labels}`)
}

function focused(id: string, sensitivities: string[]) {
  normalOnly(id, ask())
  const of = (labels: string[]) => says(id, ask({ who: PRACTITIONER, record: plain(labels) }))
  assert.equal(of(['N']), 'permit')
  for (const code of ['PSY', 'SDV', 'HIV', 'ETHUD', 'SEX'])
    assert.equal(of(['R', code]), sensitivities.includes(code) ? 'permit' : 'deny', code)
  assert.equal(of(['R', 'PSY', 'HIV']), 'deny', 'it is HIV data as well')
  assert.equal(of(['R']), 'deny')
}

test('every PCF example consent has a test by its name', { skip: withoutSharedData }, () => {
  assert.deepEqual(named.map(([id]) => id).sort(), [...consents.keys()].sort())
  assert.equal(consents.size, 23)
})

for (const [id, check] of named) test(`PCF: ${id}`, { skip: withoutSharedData }, check)

test('PCF: every example denies everything once a part of it is not understood', { skip: withoutSharedData }, () => {
  for (const [id, consent] of consents) {
    for (const broken of breakages(consent)) {
      const result = compileConsent(broken)
      if (result.outcome !== 'refused') assert.fail(`${id} ${JSON.stringify(broken)}`)
      for (const purpose of [...TPO, ...OTHERS])
        assert.equal(evaluateConsents([result.rules], ask({ purpose, who: PRACTITIONER })).outcome, 'deny')
      assert.equal(evaluateConsents([result.rules], ask({ who: ['Patient/ex-patient'] })).outcome, 'silent')
    }
  }
})

function breakages(consent: Record<string, unknown>): unknown[] {
  const provision = consent.provision as Record<string, unknown>
  const within = (change: Record<string, unknown>) => ({ ...consent, provision: { ...provision, ...change } })
  const without = (key: string) => Object.fromEntries(Object.entries(consent).filter(([one]) => one !== key))
  return [
    ...['scope', 'patient', 'dateTime', 'policy', 'provision', 'status'].map(without),
    { ...consent, status: 'activ' },
    { ...consent, modifierExtension: [{ url: 'http://example.org/not' }] },
    { ...consent, implicitRules: 'http://example.org/rules' },
    { ...consent, policy: [{ uri: 'urn:a' }, { uri: 'urn:b' }] },
    { ...consent, verification: [{ verified: false }] },
    { ...consent, scope: { coding: [{ system: 'http://example.org', code: 'patient-privacy' }] } },
    within({ type: undefined }),
    within({ type: 'allow' }),
    within({ modifierExtension: [{ url: 'http://example.org/not' }] }),
    within({ period: { start: '2022-13-01' } }),
    within({ period: { start: '2023-01-01', end: '2022-01-01' } }),
    within({ dataPeriod: {} }),
    within({ actor: [] }),
    within({ actor: [{ role: { text: 'a nurse' }, reference: { reference: 'Practitioner/x' } }] }),
    within({ purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'NOPURPOSE' }] }),
    within({ securityLabel: [{ code: 'N' }] }),
    within({ data: [{ meaning: 'about', reference: { reference: 'Observation/x' } }] }),
    within({ limit: [] }),
  ]
}
