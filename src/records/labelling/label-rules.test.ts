import assert from 'node:assert/strict'
import test, { describe, it } from 'node:test'
import { Refusal } from '../../kernel/refusal.ts'
import { expandPrefixes } from './expand-prefixes.ts'
import { compileLabelRules } from './label-rules.ts'
import { loadLabelRules } from './load-label-rules.ts'

const SYSTEMS = JSON.stringify({ systems: { icd10: ['http://hl7.org/fhir/sid/icd-10'] } })
const RULE = {
  id: 'one',
  sensitivities: ['PSY'],
  confidentiality: 'R',
  because: 'It is so.',
  prefixes: { icd10: ['F20-F29'] },
}
const compiled = (...rules: object[]) =>
  compileLabelRules({ 'systems.json': SYSTEMS, 'rules.json': JSON.stringify({ rules }) })

test('our own rules load, each with a reason, and speak of 150 codes or more', () => {
  const { rules, codes, version, exempt } = loadLabelRules()
  assert.ok(codes >= 150, String(codes))
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
  for (const { because, id } of rules) assert.ok(because.length > 20, id)
  assert.match(version, /^[0-9a-f]{12}$/)
  assert.ok(exempt.has('Practitioner'))
})

const WRONG: [string, object | string, RegExp][] = [
  ['no JSON', '{', /rules\.json, the file: it is not JSON/],
  ['no list', { rules: {} }, /rules is not a list/],
  ['a member that means nothing', { rules: [], rule: [] }, /it has a member rule/],
  ['no id', { rules: [{ ...RULE, id: 'No Id' }] }, /rule 1: it has no id/],
  ['no reason', { rules: [{ ...RULE, because: ' ' }] }, /one: it does not say because of what/],
  ['no sensitivity', { rules: [{ ...RULE, sensitivities: [] }] }, /one: it gives no sensitivities/],
  ['an unknown confidentiality', { rules: [{ ...RULE, confidentiality: 'X' }] }, /one: its confidentiality/],
  ['an unknown type', { rules: [{ ...RULE, types: ['Note'] }] }, /one: its types/],
  ['a typing mistake', { rules: [{ ...RULE, prefix: {} }] }, /one: it has a member prefix/],
  ['nothing to match', { rules: [{ ...RULE, prefixes: {} }] }, /one: it matches nothing/],
  ['codes without meaning', { rules: [{ ...RULE, codes: { icd10: ['F20'] } }] }, /one: its codes/],
  [
    'an unknown code system',
    { rules: [{ ...RULE, codes: { cpt: { x: 'y' } } }] },
    /one: it speaks of the code system cpt/,
  ],
  ['a range that runs backwards', { rules: [{ ...RULE, prefixes: { icd10: ['F29-F20'] } }] }, /F29-F20 is no range/],
  ['the same id twice', { rules: [RULE, RULE] }, /one: there is another rule of this name/],
  [
    'an age that cannot be',
    { rules: [{ ...RULE, when: { sensitivities: ['A'], agedFrom: 9, youngerThan: 3 } }] },
    /its when/,
  ],
  ['an exempt type that is none', { exempt: ['Note'] }, /exempt has what is no FHIR type/],
]
describe('rules that are wrong stop the start', () => {
  for (const [name, file, says] of WRONG)
    it(name, () => {
      const text = typeof file === 'string' ? file : JSON.stringify(file)
      assert.throws(
        () => compileLabelRules({ 'systems.json': SYSTEMS, 'rules.json': text }),
        (error) => error instanceof Refusal && error.code === 'start.unsafe' && says.test(error.message),
      )
    })
  it('a folder that is not there', () => {
    assert.throws(() => loadLabelRules('/nowhere/at/all'), { code: 'start.unsafe' })
  })
})

test('the version moves with the rules', () => {
  assert.equal(compiled(RULE).version, compiled(RULE).version)
  assert.notEqual(compiled(RULE).version, compiled({ ...RULE, confidentiality: 'V' }).version)
})

test('ranges of codes', () => {
  assert.deepEqual(expandPrefixes('F20-F22'), ['F20', 'F21', 'F22'])
  assert.deepEqual(expandPrefixes('E70.0-E70.1'), ['E700', 'E701'])
  assert.deepEqual(expandPrefixes('O9A.3-O9A.5'), ['O9A3', 'O9A4', 'O9A5'])
  assert.deepEqual(expandPrefixes('Z71.83'), ['Z7183'])
  for (const wrong of ['F20-G22', 'F9-F10', '', 'F20-F20']) assert.equal(expandPrefixes(wrong), undefined, wrong)
})
