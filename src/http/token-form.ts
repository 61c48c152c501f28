import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { Refusal } from '../kernel/refusal.ts'

const MOST_FORM = 56 * 1024

/**
 * A public app that refreshes names no client (SMART App Launch 2.2, refresh: there is no `client_id` in the request);
 * the library wants one. So the form is read here, the client of the refresh token is added where none is named, and the
 * form is given to the library as if it had just come.
 */
export async function nameRefreshingClient(
  raw: IncomingMessage,
  publicClientOf: (refreshToken: string) => Promise<string | undefined>,
): Promise<void> {
  if (!raw.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return
  let body = await wholeOf(raw)
  const form = new URLSearchParams(body.toString())
  const named = ['client_id', 'client_assertion', 'client_secret'].some((name) => form.has(name))
  const token = form.get('refresh_token')
  if (
    form.get('grant_type') === 'refresh_token' &&
    token !== null &&
    !named &&
    raw.headers.authorization === undefined
  ) {
    const client = await publicClientOf(token)
    if (client !== undefined) body = Buffer.concat([body, Buffer.from(`&client_id=${encodeURIComponent(client)}`)])
  }
  raw.headers['content-length'] = String(body.length)
  delete raw.headers['transfer-encoding']
  const again = Readable.from([body], { objectMode: false })
  Object.defineProperties(raw, {
    readable: { value: true },
    iterator: { value: () => again[Symbol.asyncIterator]() },
  })
}

async function wholeOf(raw: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_FORM) throw new Refusal('request.too-large', 'The form is larger than this endpoint takes.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
