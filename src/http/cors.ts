import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'

/** Whether a browser app of this origin may call: of the redirect addresses of a public client. */
export type IsAppOrigin = (origin: string) => Promise<boolean>

const EXPOSED =
  'etag, last-modified, location, content-location, www-authenticate, x-request-id, chartwarden-receipt, chartwarden-promise'
const METHODS = 'GET, POST, PUT, PATCH, DELETE'
const LASTS_SECONDS = 600

/**
 * Lets apps in browsers call what is in this part of the server: registered origins only, never with cookies. An origin
 * that is not registered gets an answer that its browser keeps from it.
 */
export function allowAppOrigins(server: FastifyInstance, isAppOrigin: IsAppOrigin, paths: readonly string[]): void {
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (origin === undefined) return
    reply.header('vary', 'origin')
    if (!(await isAppOrigin(origin))) return
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED)
  })
  const preflight = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!reply.hasHeader('access-control-allow-origin'))
      throw new Refusal('record.not-found', 'There is nothing at this address.')
    reply
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', request.headers['access-control-request-headers'] ?? 'authorization')
      .header('access-control-max-age', LASTS_SECONDS)
    return reply.status(204).send()
  }
  for (const path of paths) server.options(path, preflight)
}
