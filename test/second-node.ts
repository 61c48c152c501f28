/** For tests only: a second server beside the first. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Running } from './running.ts'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** A second server on the same database and key store, under the same public address. */
export async function secondNode(running: Running): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const settings = { CHARTWARDEN_PORT: String(port), CHARTWARDEN_PUBLIC_URL: running.url, CHARTWARDEN_NODE: 'node-2' }
  const child = running.beginWith(settings, 'serve')
  await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')
  return {
    url: `http://localhost:${port}`,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
