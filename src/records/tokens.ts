import type { KeyObject } from 'node:crypto'
import { lengthPrefixed } from '../kernel/bytes.ts'
import { hmac } from '../vault/hmac.ts'

/**
 * Keyed tokens: what the database sees instead of an id, an identifier or a name. HMAC-SHA-256 under the
 * tenant's token key, cut to as many bits as the value's commonness allows (docs/leakage.md).
 */
export type Tokens = {
  /** A record's own id: 128 bits, unique. */
  id(type: string, id: string): Buffer
  /** A search value: cut to `bitsOf(param)`, so that several values share a token where values are few. */
  value(param: string, value: string): Buffer
}

const IDENTIFIER_BITS = 64

/**
 * @param expected how many distinct values a parameter is expected to have (R): a token of L bits is shared
 * by C = R / 2^L values, and 2 ≤ C ≤ √R holds for L = floor(log2(R / 2)).
 */
export function createTokens(key: KeyObject, expected: number): Tokens {
  const nameBits = Math.max(1, Math.floor(Math.log2(expected / 2)))
  const mac = (kind: string, a: string, b: string) => hmac('sha256', key, lengthPrefixed(['cw1', kind, a, b]))
  const bitsOf = (param: string) => (param.includes('identifier') ? IDENTIFIER_BITS : nameBits)
  return {
    id: (type, id) => mac('id', type, id).subarray(0, 16),
    value: (param, value) => cut(mac('value', param, value), bitsOf(param)),
  }
}

function cut(bytes: Buffer, bits: number): Buffer {
  const some = Buffer.from(bytes.subarray(0, Math.ceil(bits / 8)))
  const rest = bits % 8
  if (rest > 0) some[some.length - 1] = (some.at(-1) as number) & (0xff << (8 - rest))
  return some
}
