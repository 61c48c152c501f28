import { readFileSync } from 'node:fs'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Account } from '../identity/account.ts'
import type { Identity } from '../identity/identity.ts'
import type { Oauth, OauthAt } from '../identity/oauth/oauth.ts'
import type { Recognise } from '../identity/recognise.ts'
import type { Actor } from '../kernel/actor.ts'
import type { Served } from '../ledger/serve-tiles.ts'
import type { Records } from '../records/records.ts'
import type { LiveWatch } from '../watch/live/live-watch.ts'
import { accountRoutes } from './account.ts'
import { appRoutes } from './apps.ts'
import { answerBrokenAddress, answerBrokenHttp } from './broken-request.ts'
import { consoleRoutes } from './console.ts'
import type { IsAppOrigin } from './cors.ts'
import { fhirRoutes } from './fhir.ts'
import { oauthRoutes } from './oauth.ts'
import { createPatientsFor } from './patients-for.ts'
import { questionRoutes } from './questions.ts'
import { secureHeaders } from './secure-headers.ts'

export type ServerNeeds = {
  readonly listen: {
    readonly host: string
    readonly port: number
    readonly tlsCertificate?: string | undefined
    readonly tlsKey?: string | undefined
    readonly trustedProxies: readonly string[]
  }
  /** The address browsers and apps are told; may be set once the port is known. */
  readonly here: { url: string }
  readonly records: Records
  readonly recognise: Recognise
  readonly identity: Identity
  readonly oauth: Oauth
  readonly isAppOrigin: IsAppOrigin
  readonly watch: LiveWatch
  readonly actorOf: (account: Account, address: string) => Actor
  readonly serveLog: (path: string) => Promise<Served | undefined>
  /** Throws, or says why the node is not ready. */
  readonly readiness: () => Promise<string | undefined>
  /** Told of every defect: what is thrown and is no Refusal. */
  readonly defect: (error: unknown) => void
}

/** From the first byte of a request to its last, a large Binary's too: no sender holds a connection for ever. */
const LONGEST_REQUEST_MS = 15 * 60_000

export type Server = { readonly url: string; close(): Promise<void> }

/** The HTTP edge: FHIR under /fhir, OAuth under /oauth, the log under /ledger, health at the root. */
export async function startServer(needs: ServerNeeds): Promise<Server> {
  const { host, port, tlsCertificate, tlsKey, trustedProxies } = needs.listen
  const tls = tlsCertificate !== undefined && tlsKey !== undefined
  const server = Fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    keepAliveTimeout: 72_000,
    requestTimeout: LONGEST_REQUEST_MS,
    frameworkErrors: answerBrokenAddress,
    clientErrorHandler: answerBrokenHttp,
    ...(tls && { https: { cert: readFileSync(tlsCertificate), key: readFileSync(tlsKey) } }),
  }) as unknown as FastifyInstance
  const { here } = needs
  const url = () => here.url
  const base = () => `${here.url}/fhir`
  let at: OauthAt | undefined
  // Once the address is known.
  const oauth = () => (at ??= needs.oauth.at(url(), needs.defect))

  server.addHook('onRequest', secureHeaders(tls))
  const { records, recognise, isAppOrigin, defect } = needs
  await server.register(fhirRoutes({ records, recognise, isAppOrigin, base, defect }), { prefix: '/fhir' })
  await server.register(oauthRoutes({ oauth, recognise, isAppOrigin, defect }))
  await server.register(cookie)
  const patients = createPatientsFor({ records, base })
  await server.register(appRoutes({ oauth, sessions: needs.identity.sessions, patients, defect }))
  await server.register(accountRoutes({ identity: needs.identity, url, defect: needs.defect }))
  await server.register(
    questionRoutes({
      asking: needs.watch.asking,
      sessions: needs.identity.sessions,
      actorOf: needs.actorOf,
      url,
      defect,
    }),
  )
  await server.register(consoleRoutes({ url }))

  server.get('/ledger/*', async (request, reply) => {
    const served = await needs.serveLog((request.params as { '*': string })['*'])
    if (served === undefined) return reply.status(404).type('text/plain').send('not in the log\n')
    return reply
      .type(served.type)
      .header('cache-control', served.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
      .send(served.bytes)
  })
  server.get('/healthz', () => ({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    const reason = await needs.readiness().catch(() => 'the database does not answer')
    return reply
      .status(reason === undefined ? 200 : 503)
      .send(reason === undefined ? { status: 'ready' } : { status: 'not ready', reason })
  })

  await server.listen({ host, port })
  const address = server.server.address()
  if (port === 0 && typeof address === 'object' && address !== null)
    here.url = here.url.replace(/:0$/, `:${address.port}`)
  return { url: here.url, close: () => server.close() }
}
