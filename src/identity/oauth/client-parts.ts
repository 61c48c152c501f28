import { calculateJwkThumbprint, type JWK } from 'jose'
import { Refusal } from '../../kernel/refusal.ts'
import { isLoopbackAddress } from './fetch-jwks.ts'

/** For private_key_jwt (SMART App Launch 2.2, asymmetric authentication); ES256 besides. */
export const ASSERTION_ALGORITHMS = ['ES384', 'RS384', 'ES256'] as const

/** Schemes by which a page could be made to run what an app sends. */
const SCRIPTS = /^(javascript|data|vbscript|blob|file|about|filesystem):/i

/** Where an app may be sent: https, http on the same machine (RFC 8252 §7.3), or a private scheme with a dot (§7.1). No fragment. */
export function isRedirectUri(text: string, native = false): boolean {
  const url = URL.parse(text)
  if (url === null || text.includes('#') || url.username !== '' || SCRIPTS.test(text)) return false
  if (url.protocol === 'https:') return true
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol === 'http:') return host === 'localhost' || isLoopbackAddress(host)
  return native && url.protocol.includes('.')
}

const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS384'],
  'EC P-384': ['ES384'],
  'EC P-256': ['ES256'],
}

/** Public halves only, each with a name: its own `kid`, or its thumbprint (RFC 7638). Throws `request.invalid`. */
export async function withKids(keys: readonly JWK[]): Promise<JWK[]> {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > 20)
    throw new Refusal('request.invalid', 'Give 1 to 20 public keys, as a JWK or a JWKS.')
  return Promise.all(
    keys.map(async (key) => {
      if (['d', 'k', 'p', 'q'].some((secret) => secret in key))
        throw new Refusal('request.invalid', 'This holds a private key. Give the public half only.')
      const kind = key.kty === 'EC' ? `EC ${key.crv}` : String(key.kty)
      const algorithms = ALGORITHMS[kind]
      if (algorithms === undefined || (key.alg !== undefined && !algorithms.includes(key.alg)))
        throw new Refusal('request.invalid', 'Keys are for ES384, RS384 or ES256.')
      const kid = key.kid ?? (await calculateJwkThumbprint(key).catch(() => undefined))
      if (kid === undefined) throw new Refusal('request.invalid', 'This is not a public key.')
      const { key_ops: _operations, ...rest } = key
      return { ...rest, kid }
    }),
  )
}
