import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** The two kinds of keys that sign in a log, by OpenSSL's name, and the DER that goes before their bytes. */
const KINDS = {
  ed25519: {
    spki: Buffer.from('302a300506032b6570032100', 'hex'),
    pkcs8: Buffer.from('302e020100300506032b657004220420', 'hex'),
    length: 32,
  },
  'ml-dsa-44': {
    spki: Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
    pkcs8: Buffer.from('3034020100300b060960864801650304031104228020', 'hex'),
    length: 1312,
  },
} as const
export type KeyKind = keyof typeof KINDS

/** The private key of a 32-byte seed. Sources: RFC 8032 section 5.1.5 and RFC 8410; FIPS 204 and RFC 9881. */
export function privateKeyOf(kind: KeyKind, seed: Buffer): KeyObject {
  if (seed.length !== 32) throw new Error('the seed of a signing key has 32 bytes')
  return createPrivateKey({ key: Buffer.concat([KINDS[kind].pkcs8, seed]), format: 'der', type: 'pkcs8' })
}

/** The public key of its bytes: 32 of Ed25519, 1,312 of ML-DSA-44. Throws Error for another length. */
export function publicKeyOf(kind: KeyKind, raw: Buffer): KeyObject {
  const { spki, length } = KINDS[kind]
  if (raw.length !== length) throw new Error(`a public key of ${kind} has ${length} bytes`)
  return createPublicKey({ key: Buffer.concat([spki, raw]), format: 'der', type: 'spki' })
}

export function isKind(kind: KeyKind, key: KeyObject): boolean {
  return key.asymmetricKeyType === kind
}

/** The bytes of the public half of a key. Throws Error when it is of another kind. */
export function rawPublicKey(kind: KeyKind, key: KeyObject): Buffer {
  if (!isKind(kind, key)) throw new Error(`not a key of ${kind}`)
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' })
  return spki.subarray(KINDS[kind].spki.length)
}
