import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import { randomBytes } from '../kernel/random-bytes.ts'
import { hkdfExpand } from './hkdf-expand.ts'

/**
 * Cobblestone-256: C2SP chunked-encryption with HKDF-Expand-SHA-512 and AES-256-GCM, which commits to its key.
 * Source: https://c2sp.org/chunked-encryption at commit 1225032.
 *
 * Sealed bytes are `salt (24) || commitment (32) || chunks`, each chunk 16,384 bytes of plaintext and a 16-byte
 * tag; the last chunk is always shorter, and may be empty. The key is 32 uniformly random bytes; a salt MUST NOT
 * repeat under one key. Everything the bytes are bound to goes into the context.
 */
const SALT = 24
const HEADER = SALT + 32
const TAG = 16
const CHUNK = 16_384
const SEALED_CHUNK = CHUNK + TAG
/** The specification allows 2^38 chunks; 2^32 of them (64 TiB) is the least that it asks for. */
const MOST_CHUNKS = 2 ** 32

const INFO = Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0')

type Derived = { readonly key: KeyObject; readonly nonce: Buffer; readonly commitment: Buffer }

function derive(key: KeyObject, salt: Buffer, context: Buffer): Derived {
  if (key.symmetricKeySize !== 32) throw new Error('the key of sealed bytes has 32 bytes')
  const okm = hkdfExpand('sha512', key, Buffer.concat([INFO, salt, context]), 76)
  return { key: createSecretKey(okm.subarray(0, 32)), nonce: okm.subarray(32, 44), commitment: okm.subarray(44) }
}

/** The nonce of a chunk: its number, as wide as the nonce and big-endian, XORed into the derived one. */
function nonceOf(nonce: Buffer, chunk: number): Buffer {
  if (chunk === 0) return nonce
  if (chunk >= MOST_CHUNKS) throw new Error('too many chunks for one seal')
  const own = Buffer.from(nonce)
  own.writeUInt32BE((own.readUInt32BE(8) ^ chunk) >>> 0, 8)
  return own
}

function sealChunk({ key, nonce }: Derived, chunk: number, plaintext: Buffer, out: Buffer, at: number): number {
  const cipher: CipherGCM = createCipheriv('aes-256-gcm', key, nonceOf(nonce, chunk), { authTagLength: TAG })
  out.set(cipher.update(plaintext), at)
  cipher.final()
  out.set(cipher.getAuthTag(), at + plaintext.length)
  return at + plaintext.length + TAG
}

const doesNotOpen = () => new Error('sealed bytes do not open')

function openChunk({ key, nonce }: Derived, chunk: number, sealed: Buffer): Buffer {
  const end = sealed.length - TAG
  if (end < 0) throw doesNotOpen()
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(nonce, chunk), { authTagLength: TAG })
  decipher.setAuthTag(sealed.subarray(end))
  const plaintext = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch {
    throw doesNotOpen()
  }
  return plaintext
}

function openHeader(key: KeyObject, context: Buffer, header: Buffer): Derived {
  if (header.length !== HEADER || key.symmetricKeySize !== 32) throw doesNotOpen()
  const derived = derive(key, header.subarray(0, SALT), context)
  if (!timingSafeEqual(derived.commitment, header.subarray(SALT))) throw doesNotOpen()
  return derived
}

const NOTHING = Buffer.alloc(0)

/** Seals with a salt that is given: for vectors only. A salt used twice under one key breaks both messages. */
export function sealWithSalt(
  key: KeyObject,
  context: Buffer,
  plaintext: Buffer,
  salt: Buffer,
  lead: Buffer = NOTHING,
): Buffer {
  if (salt.length !== SALT) throw new Error('a salt has 24 bytes')
  const derived = derive(key, salt, context)
  const chunks = Math.floor(plaintext.length / CHUNK) + 1
  const begin = lead.length + HEADER
  const out = Buffer.allocUnsafe(begin + plaintext.length + chunks * TAG)
  out.set(lead)
  out.set(salt, lead.length)
  out.set(derived.commitment, lead.length + SALT)
  if (chunks === 1) {
    sealChunk(derived, 0, plaintext, out, begin)
    return out
  }
  for (let chunk = 0, at = begin; chunk < chunks; chunk += 1) {
    at = sealChunk(derived, chunk, plaintext.subarray(chunk * CHUNK, (chunk + 1) * CHUNK), out, at)
  }
  return out
}

/**
 * Seals `plaintext` under `key`, bound to `context`. 72 bytes longer than the plaintext, and 16 more per full 16 KiB.
 * `lead` stands before the sealed bytes as it is.
 */
export function sealBytes(key: KeyObject, context: Buffer, plaintext: Buffer, lead?: Buffer): Buffer {
  return sealWithSalt(key, context, plaintext, randomBytes(SALT), lead)
}

/**
 * Opens what `sealBytes` sealed under the same key and context. Throws Error('sealed bytes do not open') for
 * whatever else it is given; nothing in the error says why.
 */
export function openBytes(key: KeyObject, context: Buffer, sealed: Buffer): Buffer {
  const derived = openHeader(key, context, sealed.subarray(0, HEADER))
  const full = Math.floor((sealed.length - HEADER) / SEALED_CHUNK)
  if (full === 0) return openChunk(derived, 0, sealed.subarray(HEADER))
  const parts: Buffer[] = []
  for (let chunk = 0; chunk <= full; chunk += 1) {
    const at = HEADER + chunk * SEALED_CHUNK
    parts.push(openChunk(derived, chunk, sealed.subarray(at, at + SEALED_CHUNK)))
  }
  return Buffer.concat(parts)
}

/** Collects bytes and hands out pieces of exactly `size`, as soon as they are whole. */
function createPieces(size: number) {
  let held: Buffer = Buffer.alloc(0)
  return {
    *take(more: Buffer): Generator<Buffer> {
      let all = held.length === 0 ? more : Buffer.concat([held, more])
      for (; all.length >= size; all = all.subarray(size)) yield all.subarray(0, size)
      held = Buffer.from(all)
    },
    rest: () => held,
  }
}

export type Sealer = { readonly header: Buffer; push(plaintext: Buffer): Buffer; end(): Buffer }

/** Seals a long message piece by piece: `header`, then what each `push` and the one `end` return, in order. */
export function createSealer(key: KeyObject, context: Buffer): Sealer {
  const salt = randomBytes(SALT)
  const derived = derive(key, salt, context)
  const pieces = createPieces(CHUNK)
  let chunk = 0
  let ended = false
  const sealOne = (plaintext: Buffer) => {
    const out = Buffer.allocUnsafe(plaintext.length + TAG)
    sealChunk(derived, chunk++, plaintext, out, 0)
    return out
  }
  return {
    header: Buffer.concat([salt, derived.commitment]),
    push(plaintext) {
      if (ended) throw new Error('this seal has ended')
      return Buffer.concat(Array.from(pieces.take(plaintext), sealOne))
    },
    end() {
      if (ended) throw new Error('this seal has ended')
      ended = true
      return sealOne(pieces.rest())
    },
  }
}

export type Opener = { push(sealed: Buffer): Buffer; end(): Buffer }

/**
 * Opens a long message piece by piece, header first. What `push` returns is authentic, but only `end` says
 * that the message was whole: it throws Error('sealed bytes do not open') when the end is missing. After one
 * failure every further call fails.
 */
export function createOpener(key: KeyObject, context: Buffer): Opener {
  const pieces = createPieces(SEALED_CHUNK)
  let header: Buffer = Buffer.alloc(0)
  let derived: Derived | undefined
  let chunk = 0
  let finished = false
  const begin = (sealed: Buffer) => {
    header = Buffer.concat([header, sealed.subarray(0, HEADER - header.length)])
    if (header.length === HEADER) derived = openHeader(key, context, header)
  }
  const guarded = (act: () => Buffer) => {
    if (finished) throw doesNotOpen()
    finished = true
    const plaintext = act()
    finished = false
    return plaintext
  }
  return {
    push: (sealed) =>
      guarded(() => {
        const missing = HEADER - header.length
        if (missing > 0) begin(sealed)
        const message = derived
        if (message === undefined) return Buffer.alloc(0)
        return Buffer.concat(
          Array.from(pieces.take(sealed.subarray(missing)), (piece) => openChunk(message, chunk++, piece)),
        )
      }),
    end: () => {
      const last = guarded(() => {
        if (derived === undefined) throw doesNotOpen()
        return openChunk(derived, chunk, pieces.rest())
      })
      finished = true
      return last
    },
  }
}
