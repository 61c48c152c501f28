import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** A Chartwarden on disk: the folder that holds `src`, and the data folder it is to use. */
export type Program = { readonly root: string; readonly data: string; readonly env?: Readonly<Record<string, string>> }

export const PROJECT = new URL('../../', import.meta.url).pathname

export type Ran = { readonly code: number; readonly said: Record<string, unknown>; readonly errors: string }

const STARTS_WITHIN_MS = 60_000

function launch(
  { root, data, env }: Program,
  args: readonly string[],
): ChildProcess & { readonly errors: () => string } {
  const child = spawn(process.execPath, ['src/main.ts', ...args, '--json'], {
    cwd: root,
    env: { PATH: process.env.PATH, CHARTWARDEN_DATA: data, CHARTWARDEN_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return Object.assign(child, { errors: () => errors })
}

/** Runs one command to its end, with `--json`. */
export async function run(program: Program, ...args: string[]): Promise<Ran> {
  const child = launch(program, args)
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, said: said === '' ? {} : JSON.parse(said), errors: child.errors() }
}

async function must(program: Program, ...args: string[]): Promise<Record<string, unknown>> {
  const { code, said, errors } = await run(program, ...args)
  if (code !== 0) throw new Error(`${args.join(' ')} failed with ${code}: ${JSON.stringify(said)} ${errors}`)
  return said
}

/** Makes an installation with a client that may do everything; returns its access token. */
export async function install(program: Program): Promise<string> {
  await must(program, 'init')
  await must(program, 'client', 'add', 'loader', '--scope', 'system/*.cruds')
  const { access_token: token } = await must(program, 'token', '--as', 'loader')
  return token as string
}

export type Server = {
  readonly url: string
  readonly fhir: string
  readonly lives: () => boolean
  readonly errors: () => string
  kill(): Promise<void>
}

/** Starts `serve`, and waits until it listens. Throws what it says when it does not. */
export async function serve(program: Program): Promise<Server> {
  const child = launch(program, ['serve'])
  const gone = once(child, 'close')
  const lines = createInterface(child.stdout as NodeJS.ReadableStream)
  const line = once(lines, 'line') as Promise<[string]>
  const told = await Promise.race([
    line,
    gone.then(() => undefined),
    sleep(STARTS_WITHIN_MS, undefined, { ref: false }),
  ])
  const said = told === undefined ? {} : (JSON.parse(told[0]) as { url?: string; fhir?: string })
  if (said.url === undefined || said.fhir === undefined) {
    child.kill('SIGKILL')
    await gone
    throw new Error(
      `serve did not start: ${JSON.stringify(told?.[0] ?? `exit ${child.exitCode} ${child.signalCode}`)} ${child.errors()}`,
    )
  }
  return {
    url: said.url,
    fhir: said.fhir,
    lives: () => child.exitCode === null && child.signalCode === null,
    errors: child.errors,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
