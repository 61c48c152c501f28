import { hash, type KeyObject } from 'node:crypto'

export type HashName = 'sha256' | 'sha512'
const BLOCK = { sha256: 64, sha512: 128 }
export const DIGEST = { sha256: 32, sha512: 64 }

/** What HMAC hashes first, inside and outside: the key, XORed into 0x36 and 0x5c (RFC 2104 section 2). */
type Pads = { readonly inner: Buffer; readonly outer: Buffer }
const known = { sha256: new WeakMap<KeyObject, Pads>(), sha512: new WeakMap<KeyObject, Pads>() }

function padsOf(algorithm: HashName, key: KeyObject): Pads {
  let pads = known[algorithm].get(key)
  if (pads === undefined) {
    const block = BLOCK[algorithm]
    const exported = key.export() as Buffer
    const short = exported.length > block ? hash(algorithm, exported, 'buffer') : exported
    const padded = Buffer.concat([short], block)
    pads = { inner: padded.map((byte) => byte ^ 0x36) as Buffer, outer: padded.map((byte) => byte ^ 0x5c) as Buffer }
    padded.fill(0)
    known[algorithm].set(key, pads)
  }
  return pads
}

/** Where messages are put together: hashing is synchronous, so one place is enough for all that fit. */
const room = Buffer.alloc(4096)

/**
 * HMAC (RFC 2104) of the parts put together, written into `out` at `at`. Two one-shot hashes cost a third of an Hmac
 * object, once the key's pads are known.
 */
export function hmacInto(algorithm: HashName, key: KeyObject, parts: readonly Buffer[], out: Buffer, at: number): void {
  const { inner, outer } = padsOf(algorithm, key)
  let length = inner.length
  for (const part of parts) length += part.length
  const work = length > room.length ? Buffer.alloc(length) : room
  work.set(inner)
  let end = inner.length
  for (const part of parts) {
    work.set(part, end)
    end += part.length
  }
  const inside = hash(algorithm, work.subarray(0, length), 'binary')
  work.set(outer)
  work.write(inside, outer.length, 'binary')
  out.write(hash(algorithm, work.subarray(0, outer.length + DIGEST[algorithm]), 'binary'), at, 'binary')
}

export function hmac(algorithm: HashName, key: KeyObject, message: Buffer): Buffer {
  const mac = Buffer.allocUnsafe(DIGEST[algorithm])
  hmacInto(algorithm, key, [message], mac, 0)
  return mac
}
