import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type MetricsServer = { readonly url: string; close(): Promise<void> }

/** Serves `/metrics` for Prometheus on loopback, on a port of its own: what it tells is for the operator only. */
export async function startMetrics(
  port: number,
  metrics: { type: string; text: () => Promise<string> },
): Promise<MetricsServer> {
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
