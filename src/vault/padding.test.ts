import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pad, paddedLength, unpad } from './padding.ts'

const bytes = fc.uint8Array({ maxLength: 5_000 }).map((some) => Buffer.from(some))

test('unpad undoes pad', () => {
  fc.assert(fc.property(bytes, (plaintext) => assert.deepEqual(unpad(pad(plaintext)), plaintext)))
})

test('padded lengths are multiples of 64, never fall, and cost at most 12 % from 512 bytes on', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (length) => {
      const padded = paddedLength(length)
      assert.equal(padded % 64, 0)
      assert.ok(padded >= length + 4)
      assert.ok(padded <= paddedLength(length + 1))
      assert.ok(padded <= Math.max(length + 4 + 63, (length + 4) * 1.12))
    }),
    { numRuns: 2_000 },
  )
})

test('there are few different lengths: at most 256 for all plaintexts up to 1 MiB', () => {
  const lengths = new Set<number>()
  for (let length = 0; length <= 2 ** 20; length += 61) lengths.add(paddedLength(length))
  assert.ok(lengths.size <= 256, `${lengths.size} lengths`)
  assert.ok(lengths.size > 50)
})

test('padding that is not zero is refused, wherever it is', () => {
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (plaintext, place, value) => {
      const padded = pad(plaintext)
      const zeros = padded.length - plaintext.length - 4
      fc.pre(zeros > 0)
      padded[plaintext.length + 4 + (place % zeros)] = value
      assert.throws(() => unpad(padded), /not padded bytes/)
    }),
  )
})

test('a length that does not fit the bytes is refused', () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (plaintext, claimed) => {
      const padded = pad(plaintext)
      fc.pre(paddedLength(claimed) !== padded.length)
      padded.writeUInt32BE(claimed)
      assert.throws(() => unpad(padded), /not padded bytes/)
    }),
  )
  for (const length of [0, 1, 3, 4, 63, 65, 127]) assert.throws(() => unpad(Buffer.alloc(length)), /not padded bytes/)
  assert.deepEqual(unpad(Buffer.alloc(64)), Buffer.alloc(0))
})
