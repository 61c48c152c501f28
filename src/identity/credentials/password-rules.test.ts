import assert from 'node:assert/strict'
import test from 'node:test'
import { dictionary } from '@zxcvbn-ts/language-common'
import type { Sql } from '../../database/sql.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { blockedDigest, createBlockList, PASSWORD_MINIMUM, refuseWeakPassword } from './password-rules.ts'

const person = { username: 'marisol.quade', name: 'Marisol Quade', unit: 'Cardiology' }
const loaded = new Set<string>()
const sql: Sql = {
  query: async <Row>(_: string, [digest]: unknown[] = []) =>
    (loaded.has((digest as Buffer).toString('hex')) ? [{}] : []) as Row[],
}
const rules = { organisation: 'Saltmarsh General Hospital', isBlocked: createBlockList(sql) }
const weakness = (password: string) =>
  refuseWeakPassword(password, person, rules).then(
    () => undefined,
    (refusal: Refusal) => {
      assert.equal(refusal.code, 'identity.weak-password')
      return refusal.message
    },
  )

test('every password of the list that comes along is refused, alone and with a tail', async () => {
  const list = dictionary['passwords-common']
  assert.ok(list.length > 40_000)
  for (const one of list) assert.ok(await weakness(one), one)
  for (const one of ['password', 'basketball', 'liverpool']) assert.ok(await weakness(`${one}2026!!`), one)
})

test('what others know of the person and the place is refused, and the answer says which word', async () => {
  assert.match((await weakness('MarisolQuade1!')) ?? '', /marisol/)
  assert.match((await weakness('saltmarsh-2026')) ?? '', /saltmarsh/)
  assert.match((await weakness('cardiology12345')) ?? '', /cardiology/)
})

test('length is counted in characters as people see them, and nothing else is asked for', async () => {
  assert.match((await weakness('short one')) ?? '', new RegExp(`${PASSWORD_MINIMUM} characters; this has 9`))
  assert.match((await weakness('🜁🜂🜃🜄🜁🜂🜃🜄🜁🜂🜃')) ?? '', /this has 11/)
  assert.match((await weakness('abababababababab')) ?? '', /repeats/)
  assert.match((await weakness('x'.repeat(300))) ?? '', /at most/)
  for (const good of [
    'plum-lantern-orbit-seven',
    'только русские слова',
    'four words all lowercase',
    '𝔪𝔞𝔯𝔦𝔫𝔢 𝔱𝔯𝔢𝔢 𝔤𝔩𝔬𝔴',
  ])
    assert.equal(await weakness(good), undefined, good)
})

test('a list that was loaded is heeded, whatever the case', async () => {
  assert.equal(await weakness('Tangerine Galaxy 99x'), undefined)
  loaded.add(blockedDigest('tangerine galaxy 99x').toString('hex'))
  assert.match((await weakness('Tangerine Galaxy 99x')) ?? '', /attackers/)
})
