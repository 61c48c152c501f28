import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Refusal } from '../kernel/refusal.ts'
import { scopesCover } from '../policy/facts.ts'
import { narrowScopes, parseScope, parseScopes, scopeText } from './scopes.ts'

const LAB = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory'
const VITAL = 'http://terminology.hl7.org/CodeSystem/observation-category|vital-signs'

test('scopes of SMART v2 and v1 are read', () => {
  assert.deepEqual(parseScope('system/Patient.rs'), { context: 'system', type: 'Patient', may: 'rs' })
  assert.deepEqual(parseScope('patient/*.read'), { context: 'patient', type: '*', may: 'rs' })
  assert.deepEqual(parseScope('user/Observation.write'), { context: 'user', type: 'Observation', may: 'cud' })
  assert.deepEqual(parseScope('user/*.*'), { context: 'user', type: '*', may: 'cruds' })
  assert.deepEqual(parseScope(`patient/Observation.rs?category=${LAB},${VITAL}`)?.where, [
    { param: 'category', anyOf: [LAB, VITAL] },
  ])
})

for (const word of [
  'openid',
  'patient/Patient.',
  'patient/Patient.sr',
  'Patient.rs',
  'patient/patient.rs',
  'all/*.rs',
  '',
])
  test(`${JSON.stringify(word)} is no scope on records`, () => assert.equal(parseScope(word), undefined))

for (const constraint of [
  'code=http://loinc.org|8480-6',
  'category=laboratory',
  'category=|laboratory',
  'category=http://x.example|',
  'category',
  '',
  `category=${LAB}&date=gt2020`,
  `category=${LAB}&category=${VITAL}`,
])
  test(`the constraint ${JSON.stringify(constraint)} is refused, never ignored`, () =>
    assert.throws(() => parseScope(`patient/Observation.rs?${constraint}`), {
      code: 'oauth.invalid-scope',
    } as Partial<Refusal>))

test('a type without categories takes no constraint', () => {
  for (const word of ['Patient', '*', 'Encounter'])
    assert.throws(() => parseScope(`patient/${word}.rs?category=${LAB}`), Refusal)
})

const narrow = (asked: string, granted: string) => scopeText(narrowScopes(parseScopes(asked), parseScopes(granted)))

test('what is asked is narrowed to what was granted', () => {
  assert.equal(narrow('system/*.cruds', 'system/Patient.rs'), 'system/Patient.rs')
  assert.equal(narrow('system/Patient.cruds', 'system/*.rs'), 'system/Patient.rs')
  assert.equal(narrow('system/Patient.rs', 'system/Observation.rs'), '')
  assert.equal(narrow('user/Patient.rs', 'system/Patient.rs'), '')
  assert.equal(narrow('system/Patient.rs', 'system/Patient.r system/Patient.s'), 'system/Patient.rs')
  assert.equal(
    narrow(`patient/Observation.rs?category=${LAB}`, 'patient/*.rs'),
    `patient/Observation.rs?category=${LAB}`,
  )
  assert.equal(
    narrow('patient/Observation.rs', `patient/Observation.r?category=${LAB}`),
    `patient/Observation.r?category=${LAB}`,
  )
  assert.equal(narrow(`patient/Observation.rs?category=${LAB}`, `patient/Observation.rs?category=${VITAL}`), '')
  assert.equal(
    narrow(`patient/Observation.rs?category=${LAB},${VITAL}`, `patient/Observation.rs?category=${VITAL}`),
    `patient/Observation.rs?category=${VITAL}`,
  )
  assert.equal(narrow('patient/*.rs', `patient/*.r patient/Observation.r?category=${LAB}`), 'patient/*.r')
})

const scope = fc
  .record({
    context: fc.constantFrom('patient', 'user', 'system'),
    type: fc.constantFrom('*', 'Observation', 'Condition', 'Patient'),
    may: fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 }),
    categories: fc.option(fc.subarray([LAB, VITAL], { minLength: 1 })),
  })
  .map(({ context, type, may, categories }) => {
    const granular = categories !== null && (type === 'Observation' || type === 'Condition')
    return `${context}/${type}.${may.join('')}${granular ? `?category=${categories.join(',')}` : ''}`
  })
const scopes = fc.array(scope, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))

test('narrowed scopes cover what both cover, and nothing else', () => {
  fc.assert(
    fc.property(
      scopes,
      scopes,
      fc.constantFrom('Observation', 'Condition', 'Patient'),
      fc.constantFrom('read', 'search', 'create', 'update', 'delete'),
      fc.subarray([LAB, VITAL, 'urn:x|y']),
      fc.constantFrom('patient', 'user', 'system'),
      (asked, granted, type, act, categories, context) => {
        const label = { type, patient: 'a', categories: type === 'Patient' ? undefined : categories }
        const covers = (text: string) =>
          scopesCover(
            { scopes: parseScopes(text).filter((one) => one.context === context), launchPatient: 'a' },
            act as 'read',
            label,
          )
        const narrowed = narrow(asked, granted)
        // A record of two categories may be covered by one scope in each: then the narrowed scopes need not cover it.
        if (covers(narrowed)) assert.ok(covers(asked) && covers(granted), `${asked} | ${granted} | ${narrowed}`)
        if (categories.length < 2 && covers(asked) && covers(granted))
          assert.ok(covers(narrowed), `${asked} | ${granted} | ${narrowed}`)
      },
    ),
    { numRuns: 2000 },
  )
})
