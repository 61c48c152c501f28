import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { PURPOSES } from '../kernel/purpose.ts'
import { loadPolicies } from './decide.ts'
import { CONSENTS, type Facts, RELATIONS } from './facts.ts'
import { scopeOf } from './scope.ts'

const ROLES = [
  ...[
    'physician',
    'resident',
    'nurse',
    'midwife',
    'pharmacist',
    'laboratory',
    'radiology',
    'therapist',
    'social-worker',
  ],
  ...[
    'ward-clerk',
    'registration',
    'billing',
    'coder',
    'researcher',
    'privacy-officer',
    'security-officer',
    'patient',
    'proxy',
  ],
  ...['operator', 'backend', 'device', 'import', 'unheard-of'],
]
const TYPES = [
  'Patient',
  'Observation',
  'Claim',
  'Condition',
  'AuditEvent',
  'Practitioner',
  'DocumentReference',
  'Consent',
]
export const facts = fc.record<Facts>({
  kind: fc.constantFrom('person', 'client', 'operator', 'machine'),
  role: fc.constantFrom(...ROLES),
  act: fc.constant('read'),
  type: fc.constantFrom(...TYPES),
  ofPatient: fc.constant(true),
  labels: fc.subarray(['R', 'V', 'PSY', 'SUD', 'SEX', 'MINOR', '42CFRPart2']),
  scopeCovers: fc.boolean(),
  relations: fc.subarray([...RELATIONS], { maxLength: 3 }),
  purpose: fc.constantFrom(...PURPOSES),
  strength: fc.constantFrom('phishing-resistant', 'multi-factor', 'key', 'secret', 'minted', 'none'),
  consent: fc.constantFrom(...CONSENTS),
})

test('what decide permits, a scope never leaves out', () => {
  const decide = loadPolicies()
  let related = 0
  fc.assert(
    fc.property(facts, (one) => {
      const scope = scopeOf(decide, one)
      if (scope === 'related') related += 1
      if (decide(one).permitted && one.relations.length === 0) assert.equal(scope, 'everybody')
    }),
    { numRuns: 3000 },
  )
  assert.ok(related > 300)
})
