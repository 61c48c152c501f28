import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { loadPolicies } from './decide.ts'
import type { Facts } from './facts.ts'

const decide = loadPolicies()
const NURSE: Facts = {
  kind: 'person',
  role: 'nurse',
  act: 'read',
  type: 'Observation',
  ofPatient: true,
  labels: [],
  scopeCovers: true,
  relations: ['encounter'],
  purpose: 'TREAT',
  strength: 'phishing-resistant',
  consent: 'silent',
}

/** What is changed of a nurse with a patient in care, and whether it may be read. */
const CASES: readonly (readonly [string, Partial<Facts>, boolean])[] = [
  ['a patient in care', {}, true],
  ['a patient on the ward', { relations: ['ward'] }, true],
  ['a stranger', { relations: [] }, false],
  ['a relation of one’s own making', { relations: ['self-declared'] }, false],
  ['another purpose', { purpose: 'HRESCH' }, false],
  ['beyond the scopes', { scopeCovers: false }, false],
  ['the access log', { type: 'AuditEvent' }, false],
  ['restricted, in care', { labels: ['PSY', 'R'] }, true],
  ['restricted, by an appointment only', { labels: ['PSY', 'R'], relations: ['appointment'] }, false],
  ['very restricted', { labels: ['V'] }, false],
  ['very restricted, the treating physician', { labels: ['V'], role: 'physician' }, true],
  ['very restricted, a physician of the ward', { labels: ['V'], role: 'physician', relations: ['ward'] }, false],
  ['substance use, not of the programme', { labels: ['42CFRPart2', 'R', 'SUD'] }, false],
  ['substance use, of the programme', { labels: ['42CFRPart2', 'R', 'SUD'], relations: ['care-team'] }, true],
  ['substance use, with consent', { labels: ['42CFRPart2', 'R', 'SUD'], consent: 'permit' }, true],
  ['the patient said no', { consent: 'deny' }, false],
  ['the patient said nothing, where the house asks first', { consent: 'withheld' }, false],
  ['what is written of a patient who said nothing', { consent: 'withheld', act: 'create' }, true],
  [
    'registration, of a patient who said nothing',
    { consent: 'withheld', role: 'registration', type: 'Patient', purpose: 'HOPERAT' },
    true,
  ],
  [
    'a patient who said nothing',
    { consent: 'withheld', role: 'patient', relations: ['self'], purpose: 'PATRQT' },
    true,
  ],
  [
    'the patient said no, and it is an emergency',
    { consent: 'deny', purpose: 'ETREAT', relations: ['break-glass'] },
    true,
  ],
  ['behind the broken glass, for another purpose', { relations: ['break-glass'] }, false],
  [
    'a ward clerk and a note',
    { role: 'ward-clerk', relations: ['ward'], purpose: 'HOPERAT', type: 'DocumentReference' },
    false,
  ],
  [
    'a ward clerk and a visit',
    { role: 'ward-clerk', relations: ['ward'], purpose: 'HOPERAT', type: 'Encounter' },
    true,
  ],
  ['billing and a claim', { role: 'billing', relations: ['task'], purpose: 'HPAYMT', type: 'Claim' }, true],
  ['billing and a note', { role: 'billing', relations: ['task'], purpose: 'HPAYMT', type: 'DocumentReference' }, false],
  ['billing without a task', { role: 'billing', relations: [], purpose: 'HPAYMT', type: 'Claim' }, false],
  [
    'a coder and a restricted diagnosis',
    { role: 'coder', relations: ['task'], purpose: 'HPAYMT', type: 'Condition', labels: ['R'] },
    false,
  ],
  ['a researcher with consent', { role: 'researcher', relations: [], purpose: 'HRESCH', consent: 'permit' }, true],
  ['a researcher without', { role: 'researcher', relations: [], purpose: 'HRESCH' }, false],
  [
    'a researcher and a relative',
    { role: 'researcher', relations: [], purpose: 'HRESCH', consent: 'permit', type: 'RelatedPerson' },
    false,
  ],
  ['a patient themself', { role: 'patient', relations: ['self'], purpose: 'PATRQT', labels: ['R', 'SEX'] }, true],
  ['a patient and another', { role: 'patient', relations: [], purpose: 'PATRQT' }, false],
  ['a parent', { role: 'patient', relations: ['proxy'], purpose: 'PATRQT' }, true],
  [
    'a parent, and what a teenager keeps to themself',
    { role: 'patient', relations: ['proxy'], purpose: 'PATRQT', labels: ['R', 'SEX'] },
    false,
  ],
  [
    'a parent, and what is hidden from them',
    { role: 'patient', relations: ['proxy'], purpose: 'PATRQT', type: 'Consent' },
    false,
  ],
  ['a parent, and who looked', { role: 'patient', relations: ['proxy'], purpose: 'PATRQT', type: 'AuditEvent' }, false],
  [
    'an officer and the access log',
    { role: 'privacy-officer', relations: [], purpose: 'HOPERAT', type: 'AuditEvent' },
    true,
  ],
  [
    'an officer without a passkey',
    { role: 'privacy-officer', relations: [], type: 'AuditEvent', strength: 'multi-factor' },
    false,
  ],
  ['an officer and a chart', { role: 'privacy-officer', relations: [], purpose: 'HOPERAT' }, false],
  ['an operator', { kind: 'operator', role: 'operator' }, false],
  ['a device and a chart', { kind: 'client', role: 'device', relations: [] }, false],
  ['a device and what it measures', { kind: 'client', role: 'device', relations: [], act: 'create' }, true],
  ['a client within its scopes', { kind: 'client', role: 'backend', relations: [] }, true],
  ['a client, and the patient said no', { kind: 'client', role: 'backend', relations: [], consent: 'deny' }, false],
]

for (const [who, changed, permitted] of CASES)
  test(`${permitted ? 'permits' : 'refuses'}: ${who}`, () => {
    const decision = decide({ ...NURSE, ...changed })
    assert.equal(decision.permitted, permitted, decision.reasons.join())
    if (permitted) assert.ok(decision.reasons.length > 0)
  })

test('a hospital adds policies and puts its own in the place of ours; a wrong one stops the start', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (text: string) => writeFileSync(join(folder, 'ours.cedar'), text)
  const chaplain = { ...NURSE, role: 'chaplain', type: 'Patient', relations: ['ward'] } as const
  assert.equal(decide(chaplain).permitted, false)
  write(`@id("chaplain-visits") permit (principal, action == Action::"read", resource)
    when { principal.role == "chaplain" && resource.type == "Patient" && context.relations.contains("ward") };
    @id("clinician-for-patients-in-care") forbid (principal, action, resource) when { principal.role == "nurse" };`)
  const changed = loadPolicies(folder)
  assert.deepEqual(changed(chaplain).reasons, ['chaplain-visits'])
  assert.equal(changed(NURSE).permitted, false)
  assert.notEqual(changed(NURSE).version, decide(NURSE).version)
  write('@id("x") permit (principal, action, resource) when { context.nonsense };')
  assert.throws(() => loadPolicies(folder), /not valid.*x/)
  write('permit (principal, action, resource);')
  assert.throws(() => loadPolicies(folder), /no @id/)
  assert.throws(() => loadPolicies(join(folder, 'missing')), /cannot be read/)
})
