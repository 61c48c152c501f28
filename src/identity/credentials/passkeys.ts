import { hash } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { Refusal } from '../../kernel/refusal.ts'
import type { Account } from '../account.ts'
import { CHALLENGE_LASTS_SECONDS } from './challenges.ts'
import type { Credential, Passkey } from './credential-rows.ts'

/** Where passkeys of this installation work: the domain, and the origin of its pages (WebAuthn Level 3, §5.1). */
export type RelyingParty = { readonly id: string; readonly origin: string; readonly name: string }
type Spend = (challenge: string) => Promise<boolean>

/** COSE: EdDSA, ES256, ES384, ES512, RS256. */
const ALGORITHMS = [-8, -7, -35, -36, -257]
const TIMEOUT = CHALLENGE_LASTS_SECONDS * 1000

/** How a passkey is found: its own id may be long. */
export const passkeyLookup = (credentialId: string): Buffer =>
  hash('sha256', Buffer.from(credentialId, 'base64url'), 'buffer')

const described = ({ credentialId, transports }: Passkey) => ({ id: credentialId, transports: [...transports] })

/** Asks for a new passkey that is found without a user name, and whose authenticator checks who holds it. */
export function creationOptions(
  { id, origin: _, name }: RelyingParty,
  account: Account,
  existing: readonly Credential<'passkey'>[],
  challenge: string,
) {
  return generateRegistrationOptions({
    rpID: id,
    rpName: name,
    userID: new Uint8Array(Buffer.from(account.id, 'hex')),
    userName: account.username,
    userDisplayName: account.name,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: TIMEOUT,
    attestationType: 'none',
    excludeCredentials: existing.map(({ kept }) => described(kept)),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  })
}

/** Without `existing`, any passkey of this place may answer: no user name is asked or told. */
export function requestOptions({ id }: RelyingParty, challenge: string, existing?: readonly Credential<'passkey'>[]) {
  return generateAuthenticationOptions({
    rpID: id,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: TIMEOUT,
    userVerification: 'required',
    ...(existing !== undefined && { allowCredentials: existing.map(({ kept }) => described(kept)) }),
  })
}

const refused = (cause?: unknown) =>
  new Refusal('identity.refused', 'This passkey was not accepted. Try again, or use another way to sign in.', { cause })

/** Throws `identity.refused`: not our origin or domain, a challenge not ours or used, nobody verified, no valid attestation. */
export async function verifyNewPasskey(
  { id, origin }: RelyingParty,
  response: unknown,
  spend: Spend,
): Promise<Omit<Passkey, 'name'> & { counter: number }> {
  const verified = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON,
    expectedChallenge: spend,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((cause: unknown) => {
    throw refused(cause)
  })
  if (!verified.verified) throw refused()
  const { credential, credentialBackedUp } = verified.registrationInfo
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    transports: credential.transports ?? [],
    synced: credentialBackedUp,
    counter: credential.counter,
  }
}

/** The id of the passkey that a response speaks of; throws `identity.refused` for what is no response. */
export function passkeyOf(response: unknown): string {
  const id = (response as { id?: unknown } | null)?.id
  if (typeof id === 'string' && /^[\w-]{1,1400}$/.test(id)) return id
  throw refused()
}

/**
 * The authenticator's counter after this use, which MUST then be found to have grown (`CredentialRows.used`): else the
 * authenticator was cloned (WebAuthn Level 3, §6.1.1). Throws `identity.refused`, as above.
 */
export async function verifyPasskey(
  { id, origin }: RelyingParty,
  response: unknown,
  { kept }: Pick<Credential<'passkey'>, 'kept'>,
  spend: Spend,
): Promise<number> {
  const verified = await verifyAuthenticationResponse({
    response: response as AuthenticationResponseJSON,
    expectedChallenge: spend,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
    credential: {
      id: kept.credentialId,
      publicKey: new Uint8Array(Buffer.from(kept.publicKey, 'base64url')),
      counter: 0,
      transports: [...kept.transports],
    },
  }).catch((cause: unknown) => {
    throw refused(cause)
  })
  if (!verified.verified) throw refused()
  return verified.authenticationInfo.newCounter
}
