import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ConnectionOptions } from '../src/database/embedded-presence.ts'

/** A server under test, in a process of its own. */
export type Serving = { readonly url: string; readonly token: string; readonly pid: number; stop(): Promise<void> }

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const BARE = fileURLToPath(new URL('bare-server.ts', import.meta.url))

/** Makes an installation in `data` and serves it, as a person would: init, a client, a token, serve. */
export async function serveChartwarden(data: string, nodeOptions: readonly string[] = []): Promise<Serving> {
  const env = { ...process.env, CHARTWARDEN_DATA: data, CHARTWARDEN_PORT: '0' }
  const command = async (...words: string[]) =>
    JSON.parse((await promisify(execFile)(process.execPath, [MAIN, ...words, '--json'], { env })).stdout)
  await command('init')
  await command('client', 'add', 'bench', '--scope', 'system/*.cruds')
  const { access_token } = (await command('token', '--as', 'bench')) as { access_token: string }
  return serving(
    spawn(process.execPath, [...nodeOptions, MAIN, 'serve', '--json'], { env, stdio: STDIO }),
    access_token,
  )
}

/** A server to compare with: what each kind is, `bare-server.ts` says. */
export function serveBare(connection: ConnectionOptions, kind: 'bare' | 'lean' | 'batched'): Promise<Serving> {
  const env = { ...process.env, BARE_DATABASE: JSON.stringify(connection) }
  return serving(spawn(process.execPath, [BARE, kind], { env, stdio: STDIO }), 'none')
}

const STDIO: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']

async function serving(child: ChildProcess, token: string): Promise<Serving> {
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)])
  if (first === undefined) throw new Error('a server ended before it served')
  const { url } = JSON.parse(first[0] as string) as { url: string }
  return {
    url,
    token,
    pid: child.pid as number,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
