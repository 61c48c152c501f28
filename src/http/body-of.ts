import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'

/** Largest body: a transaction of a whole chart. A Binary's bytes have a limit of their own. */
export const LARGEST_BODY = 32 * 1024 * 1024

/** What a route takes: the kinds of content it reads. */
export type Takes = 'nothing' | 'resource' | 'patch' | 'form'

const KINDS: Readonly<Record<Takes, readonly string[]>> = {
  nothing: [],
  resource: ['application/fhir+json', 'application/json'],
  patch: ['application/json-patch+json'],
  form: ['application/x-www-form-urlencoded'],
}

/**
 * Reads the bodies of the FHIR edge as UTF-8 text; what is not UTF-8 is refused, not repaired. Anything else is a
 * Binary's own bytes: handed on as they come, counted where they are sealed.
 */
export function takeText(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  for (const kind of Object.values(KINDS).flat())
    server.addContentTypeParser(kind, { parseAs: 'buffer', bodyLimit: LARGEST_BODY }, (_request, body, done) => {
      if (isUtf8(body as Buffer)) done(null, body.toString())
      else done(new Refusal('request.malformed', 'The body is not UTF-8.'))
    })
  server.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
}

/** The body as text; empty when there is none, or when it streams in. Throws `request.media-type` for a kind the route does not take. */
export function bodyOf(request: FastifyRequest, takes: Takes): string {
  const { body } = request
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers
  const [kind = '', ...parameters] = type.toLowerCase().split(';')
  const charset = parameters.map((one) => /^\s*charset="?([^"\s]*)"?\s*$/.exec(one)?.[1]).find(Boolean) ?? 'utf-8'
  const taken =
    body instanceof Readable
      ? takesBytes(request, takes)
      : (KINDS[takes].includes(kind.trim()) && charset === 'utf-8') || takes === 'nothing' || (type === '' && !body)
  if (taken && encoding === 'identity') return typeof body === 'string' && takes !== 'nothing' ? body : ''
  throw new Refusal('request.media-type', `Send ${KINDS[takes][0] ?? 'no body'} as UTF-8, not compressed.`)
}

/** Bytes that are not FHIR are taken by Binary alone, and under one id. */
function takesBytes({ params, method }: FastifyRequest, takes: Takes): boolean {
  const { type, id } = params as { type?: string; id?: string }
  return takes === 'resource' && type === 'Binary' && (method !== 'PUT' || id !== undefined)
}
