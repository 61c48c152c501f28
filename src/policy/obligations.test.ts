import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { checkPath } from '../records/mask/parse-path.ts'
import { loadObligations } from './obligations.ts'

const FACTS = { role: 'registration', purpose: 'HOPERAT' } as const

test('obligations are of a role, and of a purpose when it is named', () => {
  const { obligationsOf } = loadObligations(undefined, checkPath)
  const nurse = obligationsOf({ role: 'nurse', purpose: 'TREAT' })
  assert.deepEqual(nurse, { obligations: [], masks: [] })
  const researcher = obligationsOf({ role: 'researcher', purpose: 'HRESCH' })
  assert.deepEqual(researcher.masks, ['research-never-sees-who-it-is'])
  assert.ok(researcher.obligations.some(({ kind, path }) => kind === 'generalise' && path === 'Patient.birthDate'))
})

test('a hospital adds rules and puts its own in the place of ours; a wrong one stops the start', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'obligations-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const load = (rule: object) => {
    writeFileSync(join(folder, 'obligations.json'), JSON.stringify({ rules: [rule] }))
    return loadObligations(folder, checkPath)
  }
  assert.deepEqual(
    loadObligations(folder, checkPath).obligationsOf({ role: 'registration', purpose: 'TREAT' }).masks,
    [],
  )
  const ours = {
    id: 'ours',
    roles: ['registration'],
    purposes: ['HOPERAT'],
    mask: [{ types: ['Patient'], hide: ['photo'] }],
  }
  const added = load(ours).obligationsOf
  assert.deepEqual(added(FACTS), { obligations: [{ kind: 'hide', path: 'Patient.photo' }], masks: ['ours'] })
  assert.deepEqual(added({ ...FACTS, purpose: 'HPAYMT' }).masks, [])
  assert.deepEqual(added({ role: 'billing', purpose: 'HPAYMT' }).masks, ['billing-sees-no-notes'])
  const replaced = load({ ...ours, id: 'billing-sees-no-notes' }).obligationsOf
  assert.deepEqual(replaced({ role: 'billing', purpose: 'HPAYMT' }).masks, [])
  for (const [wrong, says] of [
    [{ ...ours, mask: [{ types: ['Patient'], hide: ['fotograph'] }] }, /there is no fotograph/],
    [{ ...ours, mask: [{ types: ['Patient'], hide: ['name.given.value'] }] }, /there is no value/],
    [{ ...ours, mask: [{ types: ['Pateint'], hide: ['photo'] }] }, /no resource type/],
    [{ ...ours, mask: [{ types: ['Patient'], hide: ['id'] }] }, /is no path/],
    [{ ...ours, mask: [{ types: ['Patient'], blur: ['photo'] }] }, /blur.*none of/],
    [{ ...ours, role: 'registration' }, /means nothing here/],
    [{ ...ours, purposes: ['FUN'] }, /purposes/],
    [{ ...ours, roles: [] }, /roles/],
    [{ ...ours, id: undefined }, /no id/],
  ] as const)
    assert.throws(() => load(wrong), says)
})
