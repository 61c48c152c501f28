import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'
import { refusalOf } from './operation-outcome.ts'

export const SESSION_COOKIE = '__Host-chartwarden-session'
/** One cookie of a `Cookie` header (RFC 6265 §5.4), for what is not served by Fastify. */
export const cookieValue = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** `__Host-`: of this host only, over TLS (or loopback) only, and no script reads it (RFC 6265bis §4.1.3). */
export const HOST_COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const

/**
 * What every call of the console's pages passes, in an encapsulated part of the server: writes come from our own pages
 * (`Origin`, and a type that no form of another site can send), nothing is cached, errors are problem+json (RFC 9457).
 */
export function accountDoor(
  server: FastifyInstance,
  { url, defect }: { url: () => string; defect: (e: unknown) => void },
) {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    if (!SAFE.has(request.method)) refuseForeign(request, url())
  })
  server.setErrorHandler((error, _request, reply) => {
    const refusal = refusalOf(error)
    if (refusal === undefined) defect(error)
    return problem(reply, refusal)
  })
}

function refuseForeign({ headers }: FastifyRequest, origin: string): void {
  const json = /^application\/json(;|$)/.test(headers['content-type'] ?? '')
  if (headers.origin === origin && json) return
  throw new Refusal('request.origin', `This call takes JSON from the pages of ${origin} only.`)
}

function problem(reply: FastifyReply, refusal: Refusal | undefined): FastifyReply {
  const { status = 500, code = 'server.failed', message = 'The server failed. Try again shortly.' } = refusal ?? {}
  const retryAfterSeconds = refusal?.retryAfterSeconds
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ status, code, title: message, retryAfterSeconds }))
}

/** A text member of a JSON body: at most `most` characters, never empty. Throws `request.invalid`. */
export function textOf(body: unknown, name: string, most = 256): string {
  const value = (body as Record<string, unknown> | null)?.[name]
  if (typeof value === 'string' && value.length > 0 && value.length <= most) return value
  throw new Refusal('request.invalid', `Send ${name}: text, at most ${most} characters.`)
}

export function optionalTextOf(body: unknown, name: string, most = 256): string | undefined {
  return (body as Record<string, unknown> | null)?.[name] === undefined ? undefined : textOf(body, name, most)
}
