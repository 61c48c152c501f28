import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { compileConsent } from './compile-consent.ts'
import type { AlertReason } from './consent-rules.ts'
import { evaluateConsents } from './evaluate-consents.ts'
import { ask, consent, permit, rulesOf } from './test-consents.ts'

const examples = new URL('../../node_modules/hl7.fhir.r4.examples/', import.meta.url)
const official = (name: string) =>
  JSON.parse(readFileSync(new URL(`Consent-consent-example-${name}.json`, examples), 'utf8'))

/** Each of R4's own examples: why it is refused, or what it does. All but notOrg lost their type on the way to R4. */
const OFFICIAL: Record<string, readonly [AlertReason, path: string] | 'honoured'> = {
  Emergency: ['actor-role', 'provision.actor[0].role'],
  Out: ['actor-role', 'provision.actor[0].role'],
  basic: ['period', 'provision.period'],
  grantor: ['actor-role', 'provision.actor[0].role'],
  notAuthor: ['actor-role', 'provision.actor[0].role'],
  notOrg: 'honoured',
  notThem: ['untyped-criteria', 'provision'],
  notThis: ['data', 'provision.data[0].reference'],
  notTime: ['period', 'provision.period'],
  pkb: ['untyped-criteria', 'provision'],
  signature: ['untyped-criteria', 'provision'],
  smartonfhir: ['excepts-nothing', 'provision.provision[0]'],
}

test('every official R4 example is in the list', () => {
  const names = readdirSync(examples).flatMap((name) => /^Consent-consent-example-(.*)\.json$/.exec(name)?.[1] ?? [])
  assert.deepEqual(names.sort(), Object.keys(OFFICIAL).sort())
})

for (const [name, wanted] of Object.entries(OFFICIAL))
  test(`the official example ${name} is ${wanted === 'honoured' ? wanted : `refused: ${wanted[0]}`}`, () => {
    const compiled = compileConsent(official(name))
    assert.notEqual(compiled.outcome, 'none')
    if (compiled.outcome === 'none') return
    if (wanted !== 'honoured') {
      assert.ok('refused' in compiled.rules)
      assert.deepEqual(compiled.rules.refused, { reason: wanted[0], path: wanted[1] })
      assert.equal(evaluateConsents([compiled.rules], ask()).outcome, 'deny')
    } else assert.equal(compiled.outcome, 'honoured')
  })

test('notOrg: one organisation may neither see nor correct, and all others may', () => {
  const rules = rulesOf(official('notOrg'))
  const by = (references: string[], act: 'read' | 'update' | 'create') =>
    evaluateConsents(rules, ask({ actor: { references }, act })).outcome
  assert.equal(by(['Practitioner/1', 'Organization/f001'], 'read'), 'deny')
  assert.equal(by(['Practitioner/1', 'Organization/f001'], 'update'), 'deny')
  assert.equal(by(['Practitioner/1', 'Organization/f001'], 'create'), 'permit', 'collecting was not withdrawn')
  assert.equal(by(['Practitioner/1', 'Organization/f002'], 'read'), 'permit')
})

test('what is not active, or not about privacy, gives no rules', () => {
  for (const status of ['draft', 'proposed', 'rejected', 'inactive', 'entered-in-error'])
    assert.deepEqual(compileConsent(consent(permit(), { status, modifierExtension: [{}] })), {
      outcome: 'none',
      because: 'not-active',
    })
  for (const code of ['treatment', 'adr']) {
    const scope = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code }] }
    assert.deepEqual(compileConsent(consent(permit(), { scope })), { outcome: 'none', because: 'not-about-privacy' })
  }
})

test('anything at all compiles to rules or to a refusal, and nothing throws', () => {
  for (const odd of [
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { resourceType: 'Patient' },
    { resourceType: 'Consent' },
    consent([]),
  ])
    assert.equal(compileConsent(odd).outcome, 'refused')
})

test('rules are frozen JSON', () => {
  const [rules] = rulesOf(consent({ ...permit(), period: { end: '2030' } }))
  assert.deepEqual(JSON.parse(JSON.stringify(rules)), rules)
  assert.throws(() => Object.assign(rules as object, { policy: 'x' }))
  assert.ok(rules && 'root' in rules && Object.isFrozen(rules.root.when))
})

const reasonOf = (resource: unknown) => {
  const compiled = compileConsent(resource, { ownAddresses: ['https://ours.example/fhir'] })
  return compiled.outcome !== 'none' && 'refused' in compiled.rules ? compiled.rules.refused : undefined
}
const actor = (reference: object, code = 'IRCP') => ({
  actor: [
    { role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code }] }, reference },
  ],
})

test('an actor is known by an own reference or an identifier, and refused otherwise', () => {
  const refused = (reference: object) => reasonOf(consent({ ...permit(), ...actor(reference) }))?.reason
  assert.equal(refused({ reference: 'Practitioner/1' }), undefined)
  assert.equal(refused({ reference: 'https://ours.example/fhir/Practitioner/1' }), undefined)
  assert.equal(refused({ identifier: { system: 'urn:x', value: '1' } }), undefined)
  const elsewhere = { reference: 'https://theirs.example/fhir/Practitioner/1' }
  assert.equal(refused(elsewhere), 'actor')
  assert.equal(refused({ ...elsewhere, identifier: { system: 'urn:x', value: '1' } }), undefined)
  for (const odd of [
    { reference: '#inside' },
    { reference: 'urn:uuid:9d3c' },
    { reference: 'Practitioner/1/_history/2' },
    { reference: 'Location/1' },
    { identifier: { value: '1' } },
    { display: 'Dr Who' },
  ])
    assert.equal(refused(odd), 'actor', JSON.stringify(odd))
  assert.equal(
    reasonOf(consent({ ...permit(), ...actor({ reference: 'Organization/1' }, 'CST') }))?.reason,
    'actor-role',
  )
})

test('exceptions that say yes and no to the same, or nothing, or too deeply, are refused', () => {
  const psy = { securityLabel: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' }] }
  const tree = (...provision: object[]) => reasonOf(consent({ ...permit(), provision }))
  assert.equal(tree({ type: 'deny', ...psy }, { type: 'permit', ...psy })?.reason, 'contradiction')
  assert.equal(tree({ type: 'permit', ...psy })?.reason, 'excepts-nothing')
  const doctor = actor({ reference: 'Practitioner/1' })
  assert.equal(tree({ type: 'deny', ...psy }, { type: 'permit', ...psy, ...doctor }), undefined)
  assert.equal(tree({ type: 'deny', ...psy, provision: [{ type: 'permit', ...doctor }] }), undefined)
  assert.equal(tree({ type: 'deny', ...psy, provision: [{ type: 'deny', ...doctor }] })?.reason, 'nesting')
  assert.equal(tree({ ...psy })?.reason, 'no-type')
  const many = Array.from({ length: 101 }, () => ({ type: 'deny', ...psy }))
  assert.equal(tree(...many)?.reason, 'too-large')
})

test('a consent that cannot be honoured still has its policy and date, so that a later one can put it right', () => {
  const compiled = compileConsent(consent({ ...permit(), limit: 1 }))
  assert.deepEqual(compiled.outcome !== 'none' && compiled.rules, {
    consent: 'Consent/c',
    policy: 'urn:policy',
    dated: [Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 2)],
    refused: { reason: 'element', path: 'provision.limit' },
  })
})
