import assert from 'node:assert/strict'
import { createCipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createOpener, createSealer, openBytes, sealBytes, sealWithSalt } from './cobblestone.ts'

const raw = randomBytes(32)
const key = createSecretKey(raw)
const context = Buffer.from('a row')
const fails = (act: () => unknown) => assert.throws(act, { message: 'sealed bytes do not open' })
const some = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes))
/** Lengths around the ends of chunks, and any others. */
const lengths = fc.oneof(
  fc.constantFrom(0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 65_536),
  fc.integer({ min: 0, max: 70_000 }),
)

/** The specification, written once more and naively: BigInt counters, HKDF-Expand by its definition. */
function naiveSeal(plaintext: Buffer, salt: Buffer): Buffer {
  const info = Buffer.concat([Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'), salt, context])
  const t1 = createHmac('sha512', raw)
    .update(Buffer.concat([info, Buffer.from([1])]))
    .digest()
  const t2 = createHmac('sha512', raw)
    .update(Buffer.concat([t1, info, Buffer.from([2])]))
    .digest()
  const okm = Buffer.concat([t1, t2])
  const parts = [salt, okm.subarray(44, 76)]
  for (let chunk = 0n; chunk * 16_384n <= BigInt(plaintext.length); chunk += 1n) {
    const nonce = (BigInt(`0x${okm.subarray(32, 44).toString('hex')}`) ^ chunk).toString(16).padStart(24, '0')
    const cipher = createCipheriv('aes-256-gcm', okm.subarray(0, 32), Buffer.from(nonce, 'hex'))
    const at = Number(chunk) * 16_384
    parts.push(cipher.update(plaintext.subarray(at, at + 16_384)), cipher.final(), cipher.getAuthTag())
  }
  return Buffer.concat(parts)
}

test('what is sealed opens, byte for byte', () => {
  fc.assert(
    fc.property(some(64), lengths, (bound, length) => {
      const plaintext = randomBytes(length)
      const sealed = sealBytes(key, bound, plaintext)
      assert.equal(sealed.length, 72 + length + 16 * Math.floor(length / 16_384))
      assert.deepEqual(openBytes(key, bound, sealed), plaintext)
    }),
    { numRuns: 60 },
  )
})

test('it seals as the specification says, also where the counter grows past one byte', () => {
  const salt = randomBytes(24)
  for (const length of [0, 7, 16_384, 40_000, 257 * 16_384 + 5]) {
    const plaintext = Buffer.alloc(length, 'chart')
    assert.ok(sealWithSalt(key, context, plaintext, salt).equals(naiveSeal(plaintext, salt)))
  }
})

test('no two seals of the same bytes are alike', () => {
  assert.notDeepEqual(sealBytes(key, context, Buffer.alloc(8)), sealBytes(key, context, Buffer.alloc(8)))
})

test('one flipped bit anywhere, one missing or one added byte, and it does not open', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 100, 16_384, 20_000), fc.nat(), fc.nat({ max: 7 }), (length, place, bit) => {
      const sealed = sealBytes(key, context, Buffer.alloc(length))
      const at = place % sealed.length
      const flipped = Buffer.from(sealed)
      flipped[at] = (flipped[at] as number) ^ (1 << bit)
      fails(() => openBytes(key, context, flipped))
      fails(() => openBytes(key, context, sealed.subarray(0, at)))
      fails(() => openBytes(key, context, Buffer.concat([sealed, Buffer.from([bit])])))
    }),
  )
})

test('another key, another context, or a key of another size does not open it', () => {
  const sealed = sealBytes(key, context, Buffer.from('penicillin'))
  fails(() => openBytes(createSecretKey(randomBytes(32)), context, sealed))
  fails(() => openBytes(key, Buffer.from('another row'), sealed))
  fails(() => openBytes(createSecretKey(raw.subarray(0, 16)), context, sealed))
  assert.throws(() => sealBytes(createSecretKey(raw.subarray(0, 16)), context, Buffer.alloc(1)), /has 32 bytes/)
})

test('a message whose last chunk is full is refused as cut off', () => {
  const sealed = sealBytes(key, context, Buffer.alloc(32_768))
  for (const chunks of [0, 1, 2]) fails(() => openBytes(key, context, sealed.subarray(0, 56 + chunks * 16_400)))
})

test('a message sealed piece by piece opens whole, and piece by piece, however it is cut', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 6 })
  const pieces = (bytes: Buffer, sizes: number[]) => {
    const out: Buffer[] = []
    for (const size of sizes) {
      out.push(bytes.subarray(0, size))
      bytes = bytes.subarray(size)
    }
    return [...out, bytes]
  }
  fc.assert(
    fc.property(lengths, cuts, cuts, (length, sealedIn, openedIn) => {
      const plaintext = randomBytes(length)
      const sealer = createSealer(key, context)
      const parts = pieces(plaintext, sealedIn).map((piece) => sealer.push(piece))
      const sealed = Buffer.concat([sealer.header, ...parts, sealer.end()])
      assert.ok(openBytes(key, context, sealed).equals(plaintext))
      const opener = createOpener(key, context)
      const opened = pieces(sealed, openedIn).map((piece) => opener.push(piece))
      assert.ok(Buffer.concat([...opened, opener.end()]).equals(plaintext))
    }),
    { numRuns: 60 },
  )
})

test('an opener lets out whole authentic chunks only, says at the end what is missing, and stays failed', () => {
  const plaintext = randomBytes(40_000)
  const sealed = sealBytes(key, context, plaintext)
  const cut = createOpener(key, context)
  assert.ok(cut.push(sealed.subarray(0, 20_000)).equals(plaintext.subarray(0, 16_384)))
  fails(() => cut.end())
  fails(() => cut.push(sealed.subarray(20_000)))
  const atChunk = createOpener(key, context)
  assert.equal(atChunk.push(sealed.subarray(0, 56 + 2 * 16_400)).length, 32_768)
  fails(() => atChunk.end())
  const changed = Buffer.from(sealed)
  changed[56 + 16_400] = (changed[56 + 16_400] as number) ^ 1
  const opener = createOpener(key, context)
  assert.equal(opener.push(changed.subarray(0, 56 + 16_400)).length, 16_384)
  fails(() => opener.push(changed.subarray(56 + 16_400)))
  fails(() => opener.push(sealed))
  fails(() => opener.end())
  const empty = createOpener(key, context)
  fails(() => empty.end())
})

test('a seal that ended takes no more', () => {
  const sealer = createSealer(key, context)
  sealer.end()
  assert.throws(() => sealer.push(Buffer.alloc(1)), /has ended/)
  assert.throws(() => sealer.end(), /has ended/)
})
