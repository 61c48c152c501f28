import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OauthAt } from '../identity/oauth/oauth.ts'
import type { Recognise } from '../identity/recognise.ts'
import { Refusal } from '../kernel/refusal.ts'
import { allowAppOrigins, type IsAppOrigin } from './cors.ts'
import { refusalOf } from './operation-outcome.ts'
import { nameRefreshingClient } from './token-form.ts'

type Needs = {
  readonly oauth: () => OauthAt
  readonly recognise: Recognise
  readonly isAppOrigin: IsAppOrigin
  readonly defect: (error: unknown) => void
}

/** The library's own routes: it reads the request and writes the answer by itself. */
const ROUTES = [
  ['GET', '/oauth/authorize'],
  ['GET', '/oauth/authorize/:uid'],
  ['POST', '/oauth/token'],
  ['GET', '/oauth/jwks'],
  ['POST', '/oauth/introspect'],
  ['POST', '/oauth/revoke'],
  ['GET', '/.well-known/openid-configuration'],
  ['GET', '/.well-known/oauth-authorization-server'],
] as const
const MOST_FORM = 16_384
/** What anybody may read, from any page. */
const OPEN = new Set(['/oauth/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])

/** The authorization server under /oauth, and the documents by which apps find it. Errors are RFC 6749's. */
export function oauthRoutes({ oauth, recognise, isAppOrigin, defect }: Needs) {
  return async function routes(server: FastifyInstance): Promise<void> {
    server.setErrorHandler((error, _request, reply) => {
      const refusal = refusalOf(error)
      if (refusal === undefined) defect(error)
      return oauthError(reply, refusal)
    })
    server.get('/fhir/.well-known/smart-configuration', (_request, reply) =>
      reply
        .header('access-control-allow-origin', '*')
        .header('cache-control', 'public, max-age=300')
        .send(oauth().smartConfiguration()),
    )
    await server.register(async (part) => {
      allowAppOrigins(part, isAppOrigin, ['/oauth/token', '/oauth/introspect', '/oauth/revoke'])
      part.removeAllContentTypeParsers()
      part.addContentTypeParser('*', (_request, _payload, done) => done(null))
      for (const [method, url] of ROUTES)
        part.route({
          method,
          url,
          handler: async (request, reply) => {
            await oauth().provider()
            if (url === '/oauth/token') await nameRefreshingClient(request.raw, oauth().publicClientOf)
            if (OPEN.has(url)) reply.header('access-control-allow-origin', '*')
            await oauth().handle(...handedOver(request, reply, oauth().url))
          },
        })
    })
    // A form from the app's own page carries no cookies of ours (SameSite=Lax); the GET that follows does.
    await server.register(async (part) => {
      const asText = { parseAs: 'string', bodyLimit: MOST_FORM } as const
      part.addContentTypeParser('application/x-www-form-urlencoded', asText, (_request, body, done) => done(null, body))
      part.post('/oauth/authorize', async (request, reply) => {
        const form = typeof request.body === 'string' ? new URLSearchParams(request.body).toString() : ''
        return reply.header('cache-control', 'no-store').redirect(`${oauth().url}/oauth/authorize?${form}`, 303)
      })
    })
    await server.register(async (part) => {
      allowAppOrigins(part, isAppOrigin, ['/oauth/userinfo'])
      part.route({
        method: ['GET', 'POST'],
        url: '/oauth/userinfo',
        handler: async (request, reply) => {
          const { authorization, dpop } = request.headers
          const address = `${oauth().url}/oauth/userinfo`
          const proof = typeof dpop === 'string' ? dpop : undefined
          await recognise({ authorization, dpop: proof, method: request.method, address }, request.ip)
          return reply.header('cache-control', 'no-store').send(await oauth().userinfo(authorization ?? ''))
        },
      })
      part.post('/oauth/register', { bodyLimit: 65_536 }, async (request, reply) => {
        const { body } = request
        if (typeof body !== 'object' || body === null || Array.isArray(body))
          throw new Refusal('oauth.invalid-client-metadata', 'Send the client metadata as JSON.')
        const registered = await oauth().register(body as Record<string, unknown>, request.ip)
        return reply.status(201).header('cache-control', 'no-store').send(registered)
      })
    })
  }
}

/**
 * Gives the raw request to the library. Where it was asked is what we know of ourselves, not what `Host` says; from
 * where is what the server made of it; headers set so far go along.
 */
export function handedOver(
  request: FastifyRequest,
  reply: FastifyReply,
  url: string,
): [IncomingMessage, ServerResponse] {
  const { raw } = request
  const { host, protocol } = new URL(url)
  Object.assign(raw.headers, { host, 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-for': request.ip })
  delete raw.headers['x-forwarded-host']
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value)
  reply.hijack()
  return [raw, reply.raw]
}

/** RFC 6749 §5.2, RFC 6750 §3.1, RFC 7591 §3.2.2: our codes `oauth.…` are their own words. */
function oauthError(reply: FastifyReply, refusal: Refusal | undefined): FastifyReply {
  const { code = 'server.error', status = 500, message = 'The server failed.' } = refusal ?? {}
  const error = code.startsWith('oauth.')
    ? code.slice('oauth.'.length).replaceAll('-', '_')
    : code === 'identity.unknown'
      ? 'invalid_token'
      : status >= 500
        ? 'server_error'
        : 'invalid_request'
  if (error === 'invalid_token') reply.header('www-authenticate', 'Bearer realm="chartwarden", error="invalid_token"')
  return reply.status(status).header('cache-control', 'no-store').send({ error, error_description: message })
}
