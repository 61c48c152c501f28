import { hash } from 'node:crypto'
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server'
import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import { Refusal } from '../../kernel/refusal.ts'
import type { Account } from '../account.ts'
import { CHALLENGE_LASTS_SECONDS } from './challenges.ts'
import { bytesOf, checkCeremony, type RelyingParty, type Spend } from './check-ceremony.ts'
import { ALGORITHMS, parseCoseKey } from './cose-key.ts'
import type { Credential, Passkey } from './credential-rows.ts'

const TIMEOUT = CHALLENGE_LASTS_SECONDS * 1000
/** WebAuthn Level 3, §7.1 step 25. */
const LONGEST_ID_BYTES = 1023

/** How a passkey is found: its own id may be long. */
export const passkeyLookup = (credentialId: string): Buffer =>
  hash('sha256', Buffer.from(credentialId, 'base64url'), 'buffer')

const described = ({ credentialId, transports }: Passkey) => ({ id: credentialId, transports: [...transports] })

/** Asks for a new passkey that is found without a user name, and whose authenticator checks who holds it. */
export function creationOptions(
  { id, name }: RelyingParty,
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

/**
 * A new passkey (WebAuthn Level 3, §7.1). No attestation is asked for, so none is believed: who made the authenticator is
 * not a fact we use. Throws `identity.refused`.
 */
export async function verifyNewPasskey(
  rp: RelyingParty,
  response: unknown,
  spend: Spend,
): Promise<Omit<Passkey, 'name'> & { counter: number }> {
  try {
    const attestation = decodeAttestationObject(new Uint8Array(bytesOf(response, 'attestationObject')))
    const data = Buffer.from(attestation.get('authData'))
    const client = bytesOf(response, 'clientDataJSON')
    const { flags, counter, credentialID, credentialPublicKey } = await checkCeremony(
      rp,
      'webauthn.create',
      client,
      data,
      spend,
    )
    if (credentialID === undefined || credentialPublicKey === undefined) throw new Error('there is no credential in it')
    if (credentialID.length > LONGEST_ID_BYTES) throw new Error('the id of the credential is too long')
    if (!ALGORITHMS.includes(parseCoseKey(credentialPublicKey).algorithm)) throw new Error('not an algorithm of ours')
    const credentialId = Buffer.from(credentialID).toString('base64url')
    if (credentialId !== passkeyOf(response)) throw new Error('it names another credential')
    return {
      credentialId,
      publicKey: Buffer.from(credentialPublicKey).toString('base64url'),
      transports: transportsOf(response),
      synced: flags.bs,
      counter,
    }
  } catch (cause) {
    throw refused(cause)
  }
}

/** Hints for the browser, kept as it gave them; nothing depends on them. */
function transportsOf(response: unknown): string[] {
  const { transports } = (response as { response: { transports?: unknown } }).response
  const all = Array.isArray(transports) ? (transports as unknown[]) : []
  return all.filter((one): one is string => typeof one === 'string' && /^[a-z-]{1,20}$/.test(one)).slice(0, 8)
}

/** The id of the passkey that a response speaks of; throws `identity.refused` for what is no response. */
export function passkeyOf(response: unknown): string {
  const id = (response as { id?: unknown } | null)?.id
  if (typeof id === 'string' && /^[\w-]{1,1400}$/.test(id)) return id
  throw refused()
}

/**
 * A use of a passkey (WebAuthn Level 3, §7.2): the authenticator's counter after it, which MUST then be found to have
 * grown (`CredentialRows.used`), else the authenticator was cloned (§6.1.1). Throws `identity.refused`.
 */
export async function verifyPasskey(
  rp: RelyingParty,
  response: unknown,
  { kept }: Pick<Credential<'passkey'>, 'kept'>,
  spend: Spend,
): Promise<number> {
  try {
    const client = bytesOf(response, 'clientDataJSON')
    const data = bytesOf(response, 'authenticatorData')
    const { counter } = await checkCeremony(rp, 'webauthn.get', client, data, spend)
    const key = parseCoseKey(Buffer.from(kept.publicKey, 'base64url'))
    const signed = Buffer.concat([data, hash('sha256', client, 'buffer')])
    if (!key.verifies(signed, bytesOf(response, 'signature'))) throw new Error('the signature is not of this passkey')
    return counter
  } catch (cause) {
    throw refused(cause)
  }
}
