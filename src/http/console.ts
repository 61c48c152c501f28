import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const BUILT = fileURLToPath(new URL('../../console/dist/', import.meta.url))
/** Every address that is a page of the console; the page itself decides what it shows. */
const PAGES = ['/', '/sign-in', '/enrol', '/recovery', '/account', '/interaction/:uid']

const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * The console's pages, as `npm ci` built them: one document under a strict Content-Security-Policy, with a nonce for
 * the styles, and its hashed files. A page that was asked for under another name is sent to the public one, because
 * cookies and passkeys belong to that.
 */
export function consoleRoutes({ url }: { url: () => string }) {
  return async function pages(server: FastifyInstance): Promise<void> {
    const document = existsSync(`${BUILT}index.html`) ? readFileSync(`${BUILT}index.html`, 'utf8') : undefined
    for (const page of PAGES)
      server.get(page, (request, reply) => {
        const { host, origin } = new URL(url())
        if (!request.url.startsWith('/')) return reply.status(404).type('text/plain').send('There is nothing here.\n')
        if (request.host !== host) return reply.redirect(`${origin}${request.url}`, 307)
        if (document === undefined)
          return reply.status(503).type('text/plain').send('The console is not built. Run: npm ci\n')
        const nonce = randomBytes(16).toString('base64url')
        return reply
          .header('content-security-policy', policyOf(nonce))
          .header('cache-control', 'no-store')
          .type('text/html; charset=utf-8')
          .send(document.replaceAll('__CSP_NONCE__', nonce))
      })
    if (document !== undefined)
      await server.register(fastifyStatic, {
        root: `${BUILT}assets`,
        prefix: '/assets/',
        immutable: true,
        maxAge: '365d',
        index: false,
        decorateReply: false,
      })
  }
}
