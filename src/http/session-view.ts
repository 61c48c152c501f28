import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Session, Sessions } from '../identity/sessions.ts'
import type { From, SignedIn } from '../identity/sign-in.ts'
import { Refusal } from '../kernel/refusal.ts'
import { HOST_COOKIE, optionalTextOf, SESSION_COOKIE } from './account-door.ts'

const DEVICE_COOKIE = '__Host-chartwarden-device'
const DEVICE_LASTS_SECONDS = 180 * 86_400

/** A session as its own person sees it (docs/account-api.md). */
export function sessionView(session: Session) {
  const { account, place, deviceName, method, authenticatedAt, stepUpUntil, idleUntil, expiresAt } = session
  const { username, name, role, unit, fhirUser } = account
  const person = { username, name, role, unit, fhirUser }
  return { person, place, deviceName, method, authenticatedAt, stepUpUntil, idleUntil, expiresAt }
}

/** Gives the browser its session, in cookies; a new secret each time, so that none from before can be fixed on it. */
export function signedIn(reply: FastifyReply, { token, session, device }: SignedIn) {
  reply.setCookie(SESSION_COOKIE, token, HOST_COOKIE)
  if (device !== undefined)
    reply.setCookie(DEVICE_COOKIE, device, { ...HOST_COOKIE, sameSite: 'strict', maxAge: DEVICE_LASTS_SECONDS })
  return { session: sessionView(session) }
}

/** The open session of a request. Throws `identity.unknown`. `quiet` is no sign of life. */
export async function sessionOf(sessions: Sessions, request: FastifyRequest, quiet = false): Promise<Session> {
  const cookie = request.cookies[SESSION_COOKIE]
  const session = cookie === undefined ? undefined : await sessions.find(cookie, quiet)
  if (session === undefined) throw new Refusal('identity.unknown', 'You are not signed in, or not any more.')
  return session
}

/** From where a request signs in: its address, the browser's own secret, and what the page says of the place. */
export function fromOf({ ip, cookies, body }: FastifyRequest): From {
  const place = optionalTextOf(body, 'place')
  if (place !== undefined && place !== 'own' && place !== 'shared')
    throw new Refusal('request.invalid', 'A place is own or shared.')
  const deviceName = optionalTextOf(body, 'deviceName', 60)
  return { address: ip, device: cookies[DEVICE_COOKIE], place, deviceName }
}
