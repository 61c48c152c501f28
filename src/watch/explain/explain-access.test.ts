import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHospital } from '../hospital/hospital.ts'
import { FOREVER, type RelationKind } from '../hospital/relations.ts'
import { createExplain, pathName } from './explain-access.ts'
import { flagNames } from './flags.ts'
import { createMeasuredWorth } from './measured-worth.ts'

const NOON = 29_000_000
const HOUR = 60
const DAY = 1440

function hospital() {
  const place = createHospital()
  const { names, relations, shifts } = place
  const member = (actor: string, role: string, unit: string, more = {}) =>
    place.addMember(actor, {
      role,
      unit,
      address: '',
      familyName: '',
      employedFrom: 0,
      employedTo: FOREVER,
      ...more,
    })
  const patient = (id: string, more = {}) =>
    place.addPatient(id, {
      familyName: '',
      address: '',
      employee: '',
      vip: false,
      deceasedAt: FOREVER,
      decoy: false,
      ...more,
    })
  const relation = (who: string, whom: string, kind: RelationKind, from: number, to: number) =>
    relations.add(names.of(who), names.of(whom), kind, from, to)
  const shift = (who: string, unit: string, from: number, to: number) =>
    shifts.add(names.of(who), names.of(unit), from, to)
  const explain = createExplain(place, createMeasuredWorth())
  const ask = (who: string, whom: string, minute = NOON) => {
    const found = explain(names.of(who), names.of(whom), minute)
    return { ...found, path: pathName(found.cell), flags: flagNames(found.flags) }
  }
  return { place, member, patient, relation, shift, ask }
}

test('an encounter explains while it lasts and three days after, and only weakly a day before and for two weeks', () => {
  const { member, patient, relation, ask } = hospital()
  member('doctor', 'physician', '4W')
  patient('p')
  relation('doctor', 'p', 'encounter', NOON, NOON + DAY)
  assert.deepEqual([ask('doctor', 'p').class, ask('doctor', 'p').path], ['explained', 'own'])
  assert.equal(ask('doctor', 'p', NOON - 20 * HOUR).class, 'weak')
  assert.equal(ask('doctor', 'p', NOON + 3 * DAY).class, 'explained')
  assert.equal(ask('doctor', 'p', NOON + 10 * DAY).class, 'weak')
  assert.equal(ask('doctor', 'p', NOON + 70 * DAY).class, 'unexplained')
})

test('a shift on the ward explains, and neither yesterday’s ward nor a day off does', () => {
  const { member, patient, relation, shift, ask } = hospital()
  member('nurse', 'nurse', '4W')
  patient('p')
  patient('q')
  relation('4W', 'p', 'encounter', NOON - DAY, FOREVER)
  relation('5E', 'q', 'encounter', NOON - DAY, FOREVER)
  shift('nurse', '5E', NOON - 3 * DAY, NOON - 3 * DAY + 8 * HOUR)
  shift('nurse', '4W', NOON - HOUR, NOON + 7 * HOUR)
  assert.deepEqual([ask('nurse', 'p').class, ask('nurse', 'p').path], ['explained', 'ward'])
  assert.equal(ask('nurse', 'q').class, 'unexplained')
  const off = ask('nurse', 'p', NOON + 2 * DAY)
  assert.deepEqual([off.class, off.path, off.offShift], ['weak', 'home-off-shift', true])
})

test('what speaks against an access shows, and outweighs all but the strongest explanations', () => {
  const { member, patient, relation, ask } = hospital()
  member('ann', 'clerk', 'desk', { familyName: 'Quillfeather', address: '3 Mill Lane' })
  for (let n = 0; n < 200; n++) patient(`crowd-${n}`, { familyName: 'Smith' })
  patient('kin', { familyName: 'QUILLFEATHER', address: '9 Oak Road' })
  patient('home', { familyName: 'Smith', address: '3  mill lane' })
  patient('self', { employee: 'ann' })
  patient('peer', { employee: 'bob' })
  patient('star', { vip: true })
  assert.deepEqual([ask('ann', 'kin').class, ask('ann', 'kin').flags], ['contra', ['family']])
  assert.deepEqual([ask('ann', 'home').class, ask('ann', 'home').flags], ['contra', ['address']])
  assert.deepEqual([ask('ann', 'self').class, ask('ann', 'self').flags], ['contra', ['self']])
  assert.equal(ask('ann', 'peer').class, 'contra')
  assert.equal(ask('ann', 'star').class, 'contra')
  relation('ann', 'star', 'appointment', NOON - HOUR, NOON + HOUR)
  assert.equal(ask('ann', 'star').class, 'explained')
  relation('ann', 'self', 'encounter', NOON - HOUR, NOON + HOUR)
  assert.equal(ask('ann', 'self').class, 'contra')
})

test('who has left explains nothing', () => {
  const { member, patient, relation, ask } = hospital()
  member('gone', 'physician', '4W', { employedTo: NOON - DAY })
  patient('p')
  relation('gone', 'p', 'care-team', NOON - DAY, FOREVER)
  assert.deepEqual([ask('gone', 'p').class, ask('gone', 'p').flags], ['contra', ['leaver']])
})

test('a patient reads their own chart, and their proxy does', () => {
  const { patient, relation, ask } = hospital()
  patient('p')
  relation('mother', 'p', 'proxy', NOON - DAY, FOREVER)
  assert.equal(ask('p', 'p').class, 'explained')
  assert.equal(ask('mother', 'p').class, 'explained')
  assert.deepEqual([ask('stranger', 'q').class, ask('stranger', 'q').cold], ['unexplained', true])
})
