import { givenUp, Problem } from '../api/problem.ts'

const WORDS: Readonly<Record<string, string>> = {
  NotAllowedError: 'The passkey was not used: it was cancelled, or it took too long. You can try again.',
  InvalidStateError: 'This device already holds a passkey of yours for this place. You can use it to sign in.',
  NotSupportedError: 'This device cannot make the kind of passkey that is needed here. Try another device.',
  ConstraintError: 'This device has no fingerprint, face or screen lock set up. Set one up, or try another device.',
  SecurityError: 'This page’s address does not allow passkeys. Open it by the address you were given.',
}
const OTHERWISE = 'The passkey did not work this time. Try again, or use another way.'

/** Words for what WebAuthn throws; `name` of the error or of its cause tells which. */
export function passkeyTrouble(error: unknown): Problem {
  const names = [error, (error as Error | undefined)?.cause].map((some) => (some as Error | undefined)?.name ?? '')
  if (names.includes('AbortError')) return givenUp()
  const name = names.find((some) => some in WORDS)
  return new Problem(`page.passkey-${name ?? 'failed'}`, name === undefined ? OTHERWISE : (WORDS[name] as string))
}
