import type { FastifyInstance } from 'fastify'
import type { createClientCredentials } from '../identity/client-credentials.ts'
import { queryPairs } from '../kernel/query-pairs.ts'
import { Refusal } from '../kernel/refusal.ts'
import { refusalOf } from './operation-outcome.ts'

type Needs = {
  readonly clientCredentials: ReturnType<typeof createClientCredentials>
  readonly url: () => string
  readonly defect: (error: unknown) => void
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** The token endpoint, and the metadata by which clients find it. Errors are RFC 6749's. */
export function oauthRoutes({ clientCredentials, url, defect }: Needs) {
  return async function oauth(server: FastifyInstance): Promise<void> {
    server.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 65_536 },
      (_request, body, done) => done(null, body),
    )
    server.setErrorHandler((error, _request, reply) => {
      reply.header('cache-control', 'no-store')
      const refusal = refusalOf(error)
      if (refusal === undefined) defect(error)
      return reply
        .status(refusal?.status ?? 500)
        .send({ error: errorOf(refusal), error_description: refusal?.message ?? 'The server failed.' })
    })
    server.post('/oauth/token', async (request, reply) => {
      if (typeof request.body !== 'string')
        throw new Refusal('oauth.invalid-request', 'Send application/x-www-form-urlencoded.')
      const pairs = queryPairs(request.body)
      if (new Set(pairs.map(([name]) => name)).size !== pairs.length)
        throw new Refusal('oauth.invalid-request', 'A parameter is given twice.')
      const form = { ...basicCredentials(request.headers.authorization), ...Object.fromEntries(pairs) }
      const answer = await clientCredentials(form, `${url()}/oauth/token`, LOOPBACK.has(request.ip))
      return reply.header('cache-control', 'no-store').header('pragma', 'no-cache').send(answer)
    })
    server.get('/fhir/.well-known/smart-configuration', () => ({
      token_endpoint: `${url()}/oauth/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES384', 'RS384', 'ES256'],
      scopes_supported: ['system/*.cruds', 'system/*.rs'],
      capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
    }))
  }
}

/** RFC 6749 §5.2: our codes `oauth.…` are its own words. */
function errorOf(refusal: Refusal | undefined): string {
  if (refusal === undefined) return 'server_error'
  return refusal.code.startsWith('oauth.') ? refusal.code.slice(6).replaceAll('-', '_') : 'invalid_request'
}

/** RFC 6749 §2.3.1: the credentials of the Authorization header, form-decoded. */
function basicCredentials(authorization: string | undefined): Record<string, string> {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return {}
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':')
  return Object.fromEntries([...queryPairs(`client_id=${id}`), ...queryPairs(`client_secret=${secret}`)])
}
