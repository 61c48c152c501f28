import { createServer } from 'node:http'
import { type Listening, listenPlainly } from './listen-plainly.ts'

/** Serves `/metrics` for Prometheus on loopback, on a port of its own: what it tells is for the operator only. */
export function startMetrics(port: number, metrics: { type: string; text: () => Promise<string> }): Promise<Listening> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
      return
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.type }).end(text),
      () => response.writeHead(500, { 'content-type': 'text/plain' }).end('the metrics failed\n'),
    )
  })
  return listenPlainly(server, '127.0.0.1', port)
}
