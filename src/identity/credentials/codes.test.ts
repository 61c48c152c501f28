import assert from 'node:assert/strict'
import test from 'node:test'
import type { AccountId } from '../account.ts'
import { hashPassword, isOutdated, passwordMatches } from './password-hash.ts'
import { newRecoveryCode, recoveryLookup } from './recovery-codes.ts'
import { newTotpSecret, totpStep, totpUri } from './totp.ts'

const ana = 'a'.repeat(32) as AccountId
const bo = 'b'.repeat(32) as AccountId

test('authenticator codes: the vectors of RFC 6238 for SHA-1, as six digits', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const vectors: [number, string][] = [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
  ]
  for (const [seconds, eight] of vectors) {
    const now = new Date(seconds * 1000)
    assert.equal(totpStep(secret, eight.slice(2), now), Math.floor(seconds / 30))
    assert.equal(totpStep(secret, eight.slice(2), new Date((seconds + 90) * 1000)), undefined, 'three steps later')
  }
  for (const wrong of ['', '12345', '1234567', 'abcdef', ' 94287', '٩٤٢٨٧٠'])
    assert.equal(totpStep(secret, wrong, new Date(59_000)), undefined)
  assert.match(
    totpUri(newTotpSecret(), 'A Place', 'ana'),
    /^otpauth:\/\/totp\/A%20Place:ana\?issuer=A%20Place&secret=[A-Z2-7]{32}&/,
  )
})

test('recovery codes: 120 random bits, read as people write them, of one person only', () => {
  const codes = new Set(Array.from({ length: 200 }, newRecoveryCode))
  assert.equal(codes.size, 200)
  for (const code of codes) {
    assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
    const lookup = recoveryLookup(ana, code)
    assert.deepEqual(recoveryLookup(ana, code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')), lookup)
    assert.notDeepEqual(recoveryLookup(bo, code), lookup)
  }
  for (const wrong of ['', '123456', '0000-0000-0000', 'UUUU-UUUU-UUUU-UUUU-UUUU-UUUU'])
    assert.equal(recoveryLookup(ana, wrong), undefined)
})

test('passwords: argon2id, the same in every normal form, and nobody has an empty hash', async () => {
  const known = await hashPassword('café au lait, twice')
  assert.equal(await passwordMatches('cafe\u0301 au lait, twice', known), true)
  assert.equal(await passwordMatches('café au lait, once', known), false)
  assert.equal(await passwordMatches('café au lait, twice', undefined), false)
  assert.notEqual(known.tag, (await hashPassword('café au lait, twice')).tag)
  assert.equal(isOutdated(known), false)
  assert.equal(isOutdated({ ...known, memory: 8 }), true)
})
