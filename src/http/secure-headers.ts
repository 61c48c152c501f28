import type { FastifyReply, FastifyRequest } from 'fastify'

/** What every answer carries: nothing here is a page, runs, or belongs into somebody else's frame. */
const ALWAYS = Object.freeze({
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})
const OVER_TLS = Object.freeze({ ...ALWAYS, 'strict-transport-security': 'max-age=31536000; includeSubDomains' })

/** A hook for every request, before all others. */
export function secureHeaders(tls: boolean) {
  const headers = tls ? OVER_TLS : ALWAYS
  return (_request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    reply.headers(headers)
    done()
  }
}
