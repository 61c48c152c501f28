import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Recognise } from '../identity/recognise.ts'
import type { Actor } from '../kernel/actor.ts'
import { queryPairs } from '../kernel/query-pairs.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Records } from '../records/records.ts'
import type { Answer, Ask } from './ask.ts'
import { bodyOf, type Takes, takeText } from './body-of.ts'
import { capabilityStatement } from './capability-statement.ts'
import { allowAppOrigins, type IsAppOrigin } from './cors.ts'
import { createFhirActs } from './fhir-acts.ts'
import { createFhirOperations } from './fhir-operations.ts'
import { internalError, operationOutcome, refusalOf } from './operation-outcome.ts'

/** RFC 6750 §3, RFC 9449 §7.1. */
const CHALLENGES = ['Bearer realm="chartwarden"', 'DPoP algs="ES256 ES384 RS256 PS256 EdDSA"']
const FHIR_JSON = 'application/fhir+json; charset=utf-8'

type Needs = {
  readonly records: Records
  readonly recognise: Recognise
  readonly isAppOrigin: IsAppOrigin
  readonly base: () => string
  readonly defect: (error: unknown) => void
}
/** What is known of a request by now. */
const ACTOR = Symbol('actor')
const REQUEST_ID = Symbol('request id')
type Known = FastifyRequest & { [ACTOR]?: Actor | undefined; [REQUEST_ID]?: string | undefined }
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The FHIR edge: one row is a route. Every row but the capability statement needs an actor. */
export function fhirRoutes({ records, recognise, isAppOrigin, base, defect }: Needs) {
  const acts = createFhirActs(records)
  const operations = createFhirOperations(records)
  const routes: readonly (readonly [Method, string, Takes, (ask: Ask) => Promise<Answer>])[] = [
    ['GET', '/:type/:id', 'nothing', acts.read],
    ['GET', '/:type/:id/_history/:version', 'nothing', acts.vread],
    ['GET', '/:type/:id/_history', 'nothing', acts.history],
    ['GET', '/:type/_history', 'nothing', acts.history],
    ['GET', '/:type', 'nothing', acts.search],
    ['POST', '/:type/_search', 'form', acts.search],
    ['GET', '/Patient/:id/$access-report', 'nothing', operations.accessReport],
    ['GET', '/:type/:id/$explain-access', 'nothing', operations.explainAccess],
    ['POST', '/Patient/:id/$question-access', 'resource', operations.questionAccess],
    ['POST', '/Patient/:id/$break-glass', 'resource', operations.breakGlass],
    ['GET', '/$reviews', 'nothing', operations.reviews],
    ['POST', '/$close-review', 'resource', operations.closeReview],
    ['POST', '/:type', 'resource', acts.create],
    ['POST', '/', 'resource', acts.transact],
    ['PUT', '/:type/:id', 'resource', acts.update],
    ['PUT', '/:type', 'resource', acts.updateWhere],
    ['PATCH', '/:type/:id', 'patch', acts.patch],
    ['DELETE', '/:type/:id', 'nothing', acts.remove],
    ['DELETE', '/:type', 'nothing', acts.removeWhere],
  ]

  return async function fhir(server: FastifyInstance): Promise<void> {
    takeText(server)
    allowAppOrigins(server, isAppOrigin, ['/*'])
    server.setErrorHandler((error, request, reply) => {
      const refusal = refusalOf(error)
      if (refusal === undefined) defect(error)
      const status = refusal?.status ?? 500
      if (status === 401) reply.header('www-authenticate', CHALLENGES)
      if (refusal?.receipt !== undefined) reply.header('chartwarden-receipt', refusal.receipt)
      if (refusal?.promise !== undefined) reply.header('chartwarden-promise', refusal.promise)
      return reply
        .status(status)
        .header('x-request-id', requestIdOf(request))
        .header('cache-control', 'no-store')
        .type(FHIR_JSON)
        .send(refusal ? operationOutcome(refusal) : internalError())
    })
    const nowhere = () => new Refusal('record.not-found', 'There is nothing at this address.')
    server.addHook('onRequest', async (request) => {
      if (request.is404) throw nowhere()
    })
    server.setNotFoundHandler(() => {
      throw nowhere()
    })

    server.decorateRequest(ACTOR, undefined)
    server.decorateRequest(REQUEST_ID, undefined)
    const metadata = capabilityStatement(base, records.definitions)
    server.get('/metadata', (_request, reply) => reply.type(FHIR_JSON).send(metadata()))
    for (const [method, url, takes, act] of routes) {
      server.route({
        method,
        url,
        // Before the body is read: who is not known sends none.
        onRequest: async (request) => {
          refuseOtherFormats(request)
          const { authorization } = request.headers
          const purpose = header(request, 'x-purpose-of-use')
          const address = `${base()}${request.url.slice('/fhir'.length).split('?')[0]}`
          const presented = { authorization, purpose, dpop: header(request, 'dpop'), method: request.method, address }
          ;(request as Known)[ACTOR] = await recognise(presented, request.ip)
        },
        handler: async (request, reply) => {
          const body = bodyOf(request, takes)
          const who = { actor: (request as Known)[ACTOR] as Actor, requestId: requestIdOf(request) }
          return answered(reply, request, await act(askOf(request, body, takes, who, base())))
        },
      })
    }
  }
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function requestIdOf(request: Known): string {
  let id = request[REQUEST_ID]
  if (id === undefined) {
    const given = header(request, 'x-request-id')
    id = given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
    request[REQUEST_ID] = id
  }
  return id
}

function askOf(request: FastifyRequest, body: string, takes: Takes, who: Ask['who'], base: string): Ask {
  const { type = '', id = '', version = '' } = request.params as Record<string, string>
  const mark = request.url.indexOf('?')
  const query = mark === -1 ? [] : queryPairs(request.url.slice(mark + 1))
  return {
    who,
    type,
    id,
    version,
    query: takes === 'form' ? [...query, ...queryPairs(body)] : query,
    body,
    stream: request.body instanceof Readable ? request.body : undefined,
    header: (name) => header(request, name),
    base,
  }
}

function refuseOtherFormats(request: FastifyRequest): void {
  const { type, id } = request.params as { type?: string; id?: string }
  if (request.method === 'GET' && type === 'Binary' && id !== undefined) return
  const accept = header(request, 'accept')
  const format = request.url.includes('?') ? (request.query as Record<string, string | undefined>)._format : undefined
  const json = (text: string) => text.includes('json') || text.includes('*/*')
  if (typeof format === 'string' ? !json(format) : accept !== undefined && accept !== '' && !json(accept)) {
    throw new Refusal('request.not-acceptable', 'This server speaks FHIR JSON: ask for application/fhir+json.')
  }
}

function answered(
  reply: FastifyReply,
  request: FastifyRequest,
  { status, text, bytes, contentType, headers, receipt, promise }: Answer,
): FastifyReply {
  reply.status(status).header('x-request-id', requestIdOf(request)).header('cache-control', 'no-store')
  if (headers !== undefined) reply.headers(headers)
  if (receipt !== undefined) reply.header('chartwarden-receipt', receipt)
  if (promise !== undefined) reply.header('chartwarden-promise', promise)
  if (bytes !== undefined) return reply.type(contentType ?? 'application/octet-stream').send(Readable.from(bytes))
  if (text === undefined) return reply.send()
  return reply.type(FHIR_JSON).send(text)
}
