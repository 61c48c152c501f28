import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where a server that needs no Fastify listens, and how it ends: at once, whoever is connected. */
export type Listening = { readonly url: string; close(): Promise<void> }

/** Rejects when the address cannot be had. */
export async function listenPlainly(server: Server, host: string, port: number): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
