import type { KeyObject } from 'node:crypto'
import { DIGEST, type HashName, hmacInto } from './hmac.ts'

const NOTHING = Buffer.alloc(0)
const COUNTERS = Array.from({ length: 256 }, (_, n) => Buffer.of(n))

/**
 * HKDF-Expand, for a key that is uniformly random already. Source: RFC 5869 section 2.3. Throws RangeError for
 * more than 255 blocks. (`hkdfSync` extracts first, and is slower.)
 */
export function hkdfExpand(algorithm: HashName, key: KeyObject, info: Buffer, length: number): Buffer {
  const digest = DIGEST[algorithm]
  const blocks = Math.ceil(length / digest)
  if (blocks > 255) throw new RangeError('HKDF-Expand gives 255 blocks at most')
  const made = Buffer.allocUnsafe(blocks * digest)
  let before: Buffer = NOTHING
  for (let block = 0; block < blocks; block += 1) {
    const at = block * digest
    hmacInto(algorithm, key, [before, info, COUNTERS[block + 1] as Buffer], made, at)
    before = made.subarray(at, at + digest)
  }
  return made.subarray(0, length)
}
