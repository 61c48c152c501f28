import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'
import { operationOutcome } from './operation-outcome.ts'

const FHIR_JSON = 'application/fhir+json; charset=utf-8'

/** Answers an address the router cannot read: badly percent-encoded, or with a part longer than any id. */
export function answerBrokenAddress({ code }: { code?: string }, _request: FastifyRequest, reply: FastifyReply): void {
  const refusal =
    code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? new Refusal('record.not-found', 'There is nothing at this address.')
      : new Refusal('request.invalid', 'The address is not properly URL-encoded.')
  void reply.status(refusal.status).type(FHIR_JSON).send(operationOutcome(refusal))
}

const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The address or the headers are too long.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Content Too Large', 'The chunks of the body say too much.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not end in time.'],
}

/** Answers what is no HTTP, and ends the connection: nothing that follows on it can be trusted. */
export function answerBrokenHttp(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, words] = WORDS[error.code ?? ''] ?? ['400 Bad Request', 'This is not HTTP/1.1.']
  const body = operationOutcome(new Refusal('request.invalid', words))
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Type: ${FHIR_JSON}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  socket.destroySoon()
}
