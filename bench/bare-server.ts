/**
 * What security is compared with: Fastify and pg, FHIR JSON in and out. No auth, no crypto, no audit, no validation, and
 * conditional references stay as they came. Three ways of writing it, over the same columns and indexes:
 *
 * - `bare`     as it is usually written: a jsonb column, which `pg` parses to an object and Fastify serialises again;
 *              `pool.query(text, values)`, one for each request
 * - `lean`     as fast as it gets for one query a request: the text is passed through as it was stored, by prepared
 *              statements
 * - `batched`  lean, and what is asked in the same moment shares a statement, as ours does
 */
import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyReply } from 'fastify'
import pg from 'pg'
import { batchedStore, type Held, leanStore, type Stored, usualStore } from './bare-store.ts'
import { storedOf } from './stored-of.ts'

const FHIR_JSON = 'application/fhir+json; charset=utf-8'
const pool = new pg.Pool({ ...(JSON.parse(process.env.BARE_DATABASE as string) as pg.PoolConfig), max: 12 })
const STORES = { bare: usualStore, lean: leanStore, batched: batchedStore }
const kind = process.argv[2] as keyof typeof STORES
const store = STORES[kind](pool)
const server = Fastify({ logger: false, bodyLimit: 32 * 1024 * 1024 })
server.addContentTypeParser('application/fhir+json', { parseAs: 'string' }, (_request, body, done) => done(null, body))

type Json = Record<string, unknown> & { resourceType: string }
type Entry = { fullUrl: string; resource: Json }

const sent = (reply: FastifyReply, json: Held | undefined) =>
  json === undefined ? reply.status(404).send() : reply.type(FHIR_JSON).send(json)
const fresh = (resource: Json, id: string): Json => ({
  ...resource,
  id,
  meta: { ...(resource.meta as object), versionId: '1', lastUpdated: new Date().toISOString() },
})

server.get<{ Params: { type: string; id: string } }>('/fhir/:type/:id', async ({ params }, reply) =>
  sent(reply, await store.read(params.id)),
)
server.get<{ Params: { id: string; version: string } }>(
  '/fhir/:type/:id/_history/:version',
  async ({ params }, reply) => sent(reply, await store.vread(params.id, Number(params.version))),
)
server.get<{ Params: { type: string }; Querystring: { patient?: string; code?: string; name?: string } }>(
  '/fhir/:type',
  async ({ params, query }, reply) => {
    const found =
      query.name === undefined
        ? await store.ofPatient(params.type, query.patient ?? '', query.code ?? '')
        : await store.named(params.type, query.name.toLowerCase())
    const bundle = { resourceType: 'Bundle', type: 'searchset', total: found.length }
    if (kind === 'bare') {
      const entry = found.map(({ id, json }) => ({ fullUrl: `/fhir/${params.type}/${id}`, resource: json }))
      return sent(reply, { ...bundle, entry })
    }
    const entries = found.map(({ id, json }) => `{"fullUrl":"/fhir/${params.type}/${id}","resource":${json as string}}`)
    return sent(reply, `${JSON.stringify(bundle).slice(0, -1)},"entry":[${entries.join(',')}]}`)
  },
)
server.post('/fhir/:type', async ({ body }, reply) => {
  const resource = fresh(JSON.parse(body as string) as Json, randomUUID())
  const stored = storedOf(resource)
  await store.create(stored)
  const answer = reply.status(201).header('location', `/fhir/${stored.type}/${stored.id}/_history/1`)
  return sent(answer, kind === 'bare' ? resource : stored.json)
})
server.post('/fhir', async ({ body }, reply) => {
  const { entry } = JSON.parse(body as string) as { entry: Entry[] }
  const ids = entry.map(() => randomUUID())
  const places = new Map(entry.map(({ fullUrl, resource }, n) => [fullUrl, `${resource.resourceType}/${ids[n]}`]))
  const rows: Stored[] = entry.map(({ resource }, n) => storedOf(fresh(resource, ids[n] as string), places))
  await store.createAll(rows)
  const done = rows.map(({ type, id }) => ({
    response: { status: '201 Created', location: `${type}/${id}/_history/1` },
  }))
  return sent(reply, JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response', entry: done }))
})

const url = await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${JSON.stringify({ url })}\n`)
process.once('SIGTERM', () => void server.close().then(() => pool.end()))
