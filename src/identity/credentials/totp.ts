import { Secret, TOTP } from 'otpauth'

/** RFC 6238 as every authenticator app understands it. */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** One step before and after, for clocks that stray (RFC 6238 §5.2). */
const WINDOW = 1

export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

export const totpUri = (secret: string, organisation: string, username: string): string =>
  new TOTP({ ...FORM, secret, issuer: organisation, label: username }).toString()

/** The time step a code is of, or undefined when it is none of now. A step MUST be used once only. */
export function totpStep(secret: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const delta = new TOTP({ ...FORM, secret }).validate({ token: code, window: WINDOW, timestamp: now.getTime() })
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / FORM.period) + delta
}
