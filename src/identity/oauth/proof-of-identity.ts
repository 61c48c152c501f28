import type { Strength } from '../../kernel/actor.ts'
import type { Method } from '../sessions.ts'

type Said = { readonly strength: Strength; readonly acr: string; readonly amr: readonly string[] }

/** OpenID Connect EAP ACR Values 1.0: a key that answers to one site only. */
const PHISHING_RESISTANT = 'phr'
/** REFEDS MFA Profile. */
const MULTI_FACTOR = 'https://refeds.org/profile/mfa'

/** How a sign-in is told to apps: `acr`, and `amr` by RFC 8176. */
export const TOLD: Readonly<Record<Method, Said>> = {
  passkey: { strength: 'phishing-resistant', acr: PHISHING_RESISTANT, amr: ['pop', 'user', 'mfa'] },
  password: { strength: 'multi-factor', acr: MULTI_FACTOR, amr: ['pwd', 'otp', 'mfa'] },
  recovery: { strength: 'multi-factor', acr: MULTI_FACTOR, amr: ['pwd', 'otp', 'mfa'] },
}

export const ACR_VALUES = [PHISHING_RESISTANT, MULTI_FACTOR] as const

export const strengthOf = (acr: unknown): Strength =>
  acr === PHISHING_RESISTANT ? 'phishing-resistant' : 'multi-factor'
