import { hash } from 'node:crypto'
import { type ParsedAuthenticatorData, parseAuthenticatorData } from '@simplewebauthn/server/helpers'

/** Where passkeys of this installation work: the domain, and the origin of its pages (WebAuthn Level 3, §5.1). */
export type RelyingParty = {
  readonly id: string
  readonly origin: string
  readonly name: string
  /** The only origin that may embed our pages; none when it does not say. */
  readonly embeddedIn?: string
  /** Whether the authenticator MUST check who holds it; it must when it does not say. */
  readonly verification?: 'required' | 'preferred'
}

type ClientData = { type?: unknown; challenge?: unknown; origin?: unknown; crossOrigin?: unknown; topOrigin?: unknown }
/** Uses the challenge up, and says whether it was one of ours. */
export type Spend = (challenge: string) => Promise<boolean>

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`WebAuthn: ${what}`)
}

export function bytesOf(response: unknown, name: string): Buffer {
  const text = (response as { response?: Record<string, unknown> } | null)?.response?.[name]
  must(typeof text === 'string' && /^[\w-]*$/.test(text), `${name} is no base64url`)
  return Buffer.from(text as string, 'base64url')
}

/**
 * What registration and authentication have in common (WebAuthn Level 3, §7.1 steps 5-18, §7.2 steps 8-19), in their order.
 * Throws Error that names the check; the challenge is used up as soon as it is read.
 */
export async function checkCeremony(
  { id, origin, embeddedIn, verification = 'required' }: RelyingParty,
  type: 'webauthn.create' | 'webauthn.get',
  clientDataJson: Buffer,
  authenticatorData: Buffer,
  spend: Spend,
): Promise<ParsedAuthenticatorData> {
  const client = JSON.parse(clientDataJson.toString()) as ClientData
  must(client.type === type, 'the ceremony is another one')
  must(
    typeof client.challenge === 'string' && (await spend(client.challenge)),
    'the challenge is not ours, or was used',
  )
  must(client.origin === origin, 'the origin is another one')
  must(client.topOrigin === undefined || client.topOrigin === embeddedIn, 'a page of another origin is around ours')
  must(client.crossOrigin !== true || embeddedIn !== undefined, 'it was embedded')
  const data = parseAuthenticatorData(new Uint8Array(authenticatorData))
  must(hash('sha256', id, 'buffer').equals(data.rpIdHash), 'the domain is another one')
  must(data.flags.up, 'nobody was there')
  must(data.flags.uv || verification === 'preferred', 'it was not checked who was there')
  must(data.flags.be || !data.flags.bs, 'it is backed up, and cannot be')
  return data
}
