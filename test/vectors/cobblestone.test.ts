import assert from 'node:assert/strict'
import { createSecretKey, hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { createOpener, openBytes, sealWithSalt } from '../../src/vault/cobblestone.ts'

type Vector = {
  readonly tcId: number
  readonly comment: string
  readonly key: string
  readonly ctx: string
  readonly ct: string
  readonly msgLength?: number
  readonly msgSha512?: string
  readonly result: 'valid' | 'invalid'
  readonly flags: string[]
}

const file = new URL('wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json', import.meta.url)
const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as { testGroups: { tests: Vector[] }[] }
const vectors = testGroups
  .flatMap(({ tests }) => tests)
  .map((vector) => ({
    ...vector,
    key: createSecretKey(Buffer.from(vector.key, 'hex')),
    context: Buffer.from(vector.ctx, 'hex'),
    sealed: inflateSync(Buffer.from(vector.ct, 'hex')),
  }))
const valid = vectors.filter(({ result }) => result === 'valid')
const invalid = vectors.filter(({ result }) => result === 'invalid')
const fails = { message: 'sealed bytes do not open' }
const digest = (bytes: Buffer) => [bytes.length, hash('sha512', bytes)]

/** Opens by pushing pieces of this size: what came out, and whether the end was reached. */
function stream({ key, context, sealed }: (typeof vectors)[number], size: number) {
  const opener = createOpener(key, context)
  const out: Buffer[] = []
  try {
    for (let at = 0; at < sealed.length; at += size) out.push(opener.push(sealed.subarray(at, at + size)))
    out.push(opener.end())
    return { plaintext: Buffer.concat(out), whole: true }
  } catch {
    assert.throws(() => opener.push(Buffer.alloc(1)), fails)
    assert.throws(() => opener.end(), fails)
    return { plaintext: Buffer.concat(out), whole: false }
  }
}

test('Wycheproof: all 33 vectors are here, 8 of them valid', () => {
  assert.deepEqual([vectors.length, valid.length], [33, 8])
})

for (const vector of valid) {
  test(`Wycheproof Cobblestone-256 ${vector.tcId}: ${vector.comment}`, () => {
    const plaintext = openBytes(vector.key, vector.context, vector.sealed)
    assert.deepEqual(digest(plaintext), [vector.msgLength, vector.msgSha512])
    const salt = vector.sealed.subarray(0, 24)
    assert.ok(sealWithSalt(vector.key, vector.context, plaintext, salt).equals(vector.sealed))
    for (const size of [7, 16_400, 1_000_000]) {
      assert.deepEqual(stream(vector, size), { plaintext, whole: true })
    }
  })
}

for (const vector of invalid) {
  test(`Wycheproof Cobblestone-256 ${vector.tcId} does not open: ${vector.comment}`, () => {
    assert.throws(() => openBytes(vector.key, vector.context, vector.sealed), fails)
    for (const size of [7, 16_400, 1_000_000]) {
      const { plaintext, whole } = stream(vector, size)
      assert.equal(whole, false)
      if (plaintext.length > 0) assert.deepEqual(digest(plaintext), [vector.msgLength, vector.msgSha512])
    }
  })
}
