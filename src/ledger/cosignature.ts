import { type KeyObject, sign, verify } from 'node:crypto'
import { parseCheckpoint } from './checkpoint.ts'
import {
  createEd25519Verifier,
  ED25519,
  ED25519_COSIGNATURE,
  formatVkey,
  keyIdOf,
  MLDSA44_COSIGNATURE,
  type NoteSigner,
  type NoteVerifier,
  parseVkey,
} from './signed-note.ts'
import { isKind, publicKeyOf, rawPublicKey } from './signing-keys.ts'

/**
 * Cosignatures of checkpoints: `u64 POSIX seconds || signature`. Source: https://c2sp.org/tlog-cosignature@v1.0.1
 * for Ed25519 (type 0x04), v1.1.0-rc.1 for ML-DSA-44 (type 0x06).
 */
const LONGEST_TIME = 2n ** 63n - 1n
const SIGNATURE_BYTES = { [ED25519_COSIGNATURE]: 64, [MLDSA44_COSIGNATURE]: 2420 }
type CosignatureType = keyof typeof SIGNATURE_BYTES

const u64 = (value: bigint) => {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length === 0 || bytes.length > 255) throw new Error('a name in a cosignature has 1 to 255 bytes')
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}

/** The bytes that an ML-DSA-44 cosigner signs: extension lines of the checkpoint are not among them. */
function subtreeMessage(cosigner: string, time: bigint, text: string): Buffer {
  const { origin, size, root } = parseCheckpoint(text)
  const label = Buffer.from('subtree/v1\n\0')
  return Buffer.concat([label, shortText(cosigner), u64(time), shortText(origin), u64(0n), u64(size), root])
}

function messageOf(type: CosignatureType, cosigner: string, time: bigint, text: string): Buffer {
  if (type === MLDSA44_COSIGNATURE) return subtreeMessage(cosigner, time, text)
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)
}

/** When this cosignature says it was made, in seconds since the epoch; `signature` as `openNote` returns it. */
export function cosignatureTime(signature: Buffer): bigint {
  return signature.readBigUInt64BE(0)
}

export type Cosigner = {
  readonly name: string
  readonly keyId: Buffer
  readonly vkey: string
  /** Signs checkpoints as seen at that moment. */
  at(moment: Date): NoteSigner
}

const typeOf = (key: KeyObject): CosignatureType =>
  isKind('ml-dsa-44', key) ? MLDSA44_COSIGNATURE : ED25519_COSIGNATURE
const rawOf = (key: KeyObject) => rawPublicKey(isKind('ml-dsa-44', key) ? 'ml-dsa-44' : 'ed25519', key)

/**
 * A cosigner under this name. The kind of the private key (Ed25519 or ML-DSA-44) decides the format. An Ed25519
 * key MUST NOT cosign under two names: the signature does not commit to the name.
 */
export function createCosigner(name: string, key: KeyObject): Cosigner {
  const type = typeOf(key)
  const publicKey = rawOf(key)
  const keyId = keyIdOf(name, type, publicKey)
  return {
    name,
    keyId,
    vkey: formatVkey(name, type, publicKey),
    at(moment) {
      const time = BigInt(Math.floor(moment.getTime() / 1000))
      return {
        name,
        keyId,
        sign: (text) => Buffer.concat([u64(time), sign(null, messageOf(type, name, time, text), key)]),
      }
    },
  }
}

/** Verifies the cosignatures of that name and public key. */
export function createCosignatureVerifier(name: string, key: KeyObject): NoteVerifier {
  const type = typeOf(key)
  return {
    name,
    keyId: keyIdOf(name, type, rawOf(key)),
    verify(text, signature) {
      if (signature.length !== 8 + SIGNATURE_BYTES[type]) return false
      const time = cosignatureTime(signature)
      if (time > LONGEST_TIME) return false
      try {
        return verify(null, messageOf(type, name, time, text), key, signature.subarray(8))
      } catch {
        return false
      }
    },
  }
}

/** The verifier for a key of any type that this program knows. Throws Error for another, or a malformed one. */
export function verifierOf(vkey: string): NoteVerifier {
  const { name, type, publicKey } = parseVkey(vkey)
  if (type === ED25519) return createEd25519Verifier(name, publicKeyOf('ed25519', publicKey))
  if (type === ED25519_COSIGNATURE) return createCosignatureVerifier(name, publicKeyOf('ed25519', publicKey))
  if (type === MLDSA44_COSIGNATURE) return createCosignatureVerifier(name, publicKeyOf('ml-dsa-44', publicKey))
  throw new Error(`a verifier key of the unknown type ${type}`)
}
