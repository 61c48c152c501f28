import { hash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose'
import { Refusal } from '../kernel/refusal.ts'
import type { SpendOnce } from './spend-once.ts'

export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'] as const
/** A proof is of now, give or take this. */
const WINDOW_SECONDS = 60
const LONGEST = 8_192

export type Proof = {
  readonly proof: string | undefined
  readonly token: string
  /** Thumbprint of the key the token is bound to. */
  readonly jkt: string
  readonly method: string
  readonly address: string
}

/** Checks a DPoP proof beside an access token (RFC 9449 §4.3, §7.1). Throws `identity.unknown`. */
export type CheckDpop = (proof: Proof) => Promise<void>

export function createCheckDpop(spendOnce: SpendOnce): CheckDpop {
  return async function checkDpop({ proof, token, jkt, method, address }) {
    const refused = new Refusal('identity.unknown', 'The DPoP proof beside this access token is not valid.')
    if (proof === undefined || proof.length > LONGEST) throw refused
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...DPOP_ALGORITHMS],
      typ: 'dpop+jwt',
    }).catch(() => {
      throw refused
    })
    const { jti, iat, htm, htu, ath } = payload as {
      jti?: unknown
      iat?: unknown
      htm?: unknown
      htu?: unknown
      ath?: unknown
    }
    const now = Date.now() / 1000
    const good =
      typeof jti === 'string' &&
      typeof iat === 'number' &&
      Math.abs(now - iat) <= WINDOW_SECONDS &&
      htm === method &&
      sameAddress(htu, address) &&
      ath === hash('sha256', token, 'base64url') &&
      (await calculateJwkThumbprint(protectedHeader.jwk as JWK)) === jkt
    if (!good) throw refused
    if (!(await spendOnce(`dpop ${jkt}`, jti, new Date((now + 2 * WINDOW_SECONDS) * 1000)))) throw refused
  }
}

/** The query and the fragment are not part of it (RFC 9449 §4.2). */
function sameAddress(said: unknown, asked: string): boolean {
  const url = typeof said === 'string' ? URL.parse(said) : null
  return url !== null && `${url.origin}${url.pathname}` === asked
}
