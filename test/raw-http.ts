/** For tests only: bytes on a socket, for requests no client library would send. */
import { connect, type Socket } from 'node:net'

export function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket)).once('error', reject)
  })
}

/** Sends bytes and gathers all that comes until the server ends the connection. What is sent asks for that, or is broken. */
export async function sendRaw(url: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = await openSocket(url)
  const heard: Buffer[] = []
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (some: Buffer) => heard.push(some))
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
  for (const part of parts) socket.write(part)
  await ended
  return Buffer.concat(heard).toString('latin1')
}

/** The statuses of the answers in what was heard. */
export const statusesIn = (heard: string): number[] =>
  [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((one) => Number(one[1]))
