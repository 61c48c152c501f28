import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Witness } from '../ledger/witness.ts'
import { type Listening, listenPlainly } from './listen-plainly.ts'

const LARGEST_BODY = 65_536
const READ = /^\/([0-9a-f]{64})\/checkpoint$/

type Needs = {
  readonly host: string
  readonly port: number
  readonly witness: Witness
  /** Told of every error that is not the asker's; it is answered with 500. */
  readonly defect: (error: unknown) => void
}

/** Serves a witness: `POST /add-checkpoint`, and `GET /<hex SHA-256 of an origin>/checkpoint` for anyone to look. */
export async function startWitness({ host, port, witness, defect }: Needs): Promise<Listening> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      defect(error)
      if (!response.headersSent) send(response, 500, 'the witness failed\n')
      else response.destroy()
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? ''
    const read = READ.exec(path)?.[1]
    if (path !== '/add-checkpoint' && read === undefined) return send(response, 404, 'not found\n')
    const method = read === undefined ? 'POST' : 'GET'
    if (request.method !== method) return send(response, 405, `use ${method}\n`, { allow: method })
    if (read !== undefined) {
      const checkpoint = await witness.latestCheckpoint(read)
      return checkpoint === undefined ? send(response, 404, 'not found\n') : send(response, 200, checkpoint)
    }
    const body = await bodyOf(request)
    if (body === undefined) return send(response, 413, 'the body is too large\n', { connection: 'close' })
    const { status, body: text, type } = await witness.addCheckpoint(body)
    send(response, status, text, type === undefined ? {} : { 'content-type': type })
  }

  return listenPlainly(server, host, port)
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > LARGEST_BODY) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function send(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...headers,
    })
    .end(text)
}
