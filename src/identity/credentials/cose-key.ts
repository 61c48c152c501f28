import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'

const b64 = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('base64url')
const EC: Readonly<Record<number, { crv: string; hash: string }>> = {
  [-7]: { crv: 'P-256', hash: 'sha256' },
  [-35]: { crv: 'P-384', hash: 'sha384' },
  [-36]: { crv: 'P-521', hash: 'sha512' },
}
const EC_CURVES: Readonly<Record<number, string>> = { 1: 'P-256', 2: 'P-384', 3: 'P-521' }
const OKP_CURVES: Readonly<Record<number, string>> = { 6: 'Ed25519', 7: 'Ed448' }

/** COSE algorithms a passkey may have: EdDSA, ES256, ES384, ES512, RS256, Ed448 (RFC 9053, RFC 9864). */
export const ALGORITHMS = [-8, -7, -35, -36, -257, -53]

export type CoseKey = { readonly algorithm: number; verifies(message: Buffer, signature: Buffer): boolean }

/** Reads a COSE public key (RFC 9053 §7, RFC 8230). Throws Error for what is none of ours; curve and algorithm MUST fit. */
export function parseCoseKey(bytes: Uint8Array): CoseKey {
  const cose = decodeCredentialPublicKey(new Uint8Array(bytes)) as unknown as Map<number, unknown>
  const [type, algorithm, first, second, third] = [1, 3, -1, -2, -3].map((label) => cose.get(label))
  const signs = (key: KeyObject, hash: string | null): CoseKey => ({
    algorithm: algorithm as number,
    verifies: (message, signature) => verify(hash, message, key, signature),
  })
  const ec = EC[algorithm as number]
  if (type === 2 && ec !== undefined && EC_CURVES[first as number] === ec.crv)
    return signs(
      createPublicKey({ key: { kty: 'EC', crv: ec.crv, x: b64(second), y: b64(third) }, format: 'jwk' }),
      ec.hash,
    )
  const crv = OKP_CURVES[first as number]
  if (type === 1 && crv !== undefined && algorithm === (crv === 'Ed448' ? -53 : -8))
    return signs(createPublicKey({ key: { kty: 'OKP', crv, x: b64(second) }, format: 'jwk' }), null)
  if (type === 3 && algorithm === -257)
    return signs(createPublicKey({ key: { kty: 'RSA', n: b64(first), e: b64(second) }, format: 'jwk' }), 'sha256')
  throw new Error(`a credential key of COSE type ${type} and algorithm ${algorithm}`)
}
