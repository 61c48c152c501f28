import assert from 'node:assert/strict'
import test from 'node:test'
import table from '../../policies/legal-bases.json' with { type: 'json' }
import { PURPOSES } from '../kernel/purpose.ts'
import { legalBasisOf } from './legal-basis.ts'

test('every purpose has a basis, and says that nobody has verified it', () => {
  for (const purpose of PURPOSES)
    assert.match(legalBasisOf({ role: 'nurse', purpose }), /GDPR .*HIPAA .*check with counsel/, purpose)
  assert.equal(legalBasisOf({ role: 'nurse', purpose: 'FUN' }), '')
})

test('a rule for a role comes before the one for all, and each names purposes that there are', () => {
  assert.match(legalBasisOf({ role: 'privacy-officer', purpose: 'HOPERAT' }), /164\.308/)
  assert.match(legalBasisOf({ role: 'registration', purpose: 'HOPERAT' }), /164\.506/)
  for (const { purposes, bases, note } of table.rules) {
    assert.ok(purposes.every((one) => (PURPOSES as readonly string[]).includes(one)) && bases.length > 0)
    assert.match(note, /check with counsel/)
  }
})
