/** For tests only: an installation of its own in a temporary folder, served by a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openEmbedded } from '../src/database/embedded.ts'
import { type Database, openDatabase } from '../src/database/sql.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('..', import.meta.url))

export type Told = {
  readonly code: number
  // biome-ignore lint/suspicious/noExplicitAny: each command answers with an object of its own
  readonly answer: any
  readonly said: string
}

export type Running = {
  readonly data: string
  /** Address of the server, and of its FHIR edge; change when it is started again. */
  readonly url: string
  readonly fhir: string
  readonly pid: number
  /** All that the server wrote to stderr. */
  readonly log: () => string
  /** A token by the operator's hand, minted once for each client and scope. */
  token(as: string, scope?: string): Promise<string>
  /** Runs a command with `--json` beside the server; never throws for its exit code. */
  cli(...args: string[]): Promise<Told>
  /** Starts a command with `--json`, for tests that end it before it ends. */
  begin(...args: string[]): ChildProcess
  /** The same with other settings: a second node. */
  beginWith(settings: Readonly<Record<string, string>>, ...args: string[]): ChildProcess
  /** The database itself, as one who broke in would see it. */
  database(): Promise<Database>
  start(): Promise<void>
  /** Ends the server as an operator would; PostgreSQL with it. */
  stop(): Promise<void>
}

type Options = {
  /** Clients to add, with their scopes; `loader` may do everything when none is given. */
  readonly clients?: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, string>>
  /** False leaves the server to `start()`. */
  readonly serving?: boolean
}

/** Makes an installation, adds the clients, serves. Everything ends and is removed with the test `t`. */
export async function startRunning(t: TestContext, options: Options = {}): Promise<Running> {
  const { clients = { loader: 'system/*.cruds' }, settings = {}, serving = true } = options
  const data = mkdtempSync(join(tmpdir(), 'chartwarden-test-'))
  const inherited = Object.entries(process.env).filter(([name]) => !/^(CHARTWARDEN|NODE_TEST)/.test(name))
  const env = { ...Object.fromEntries(inherited), CHARTWARDEN_DATA: data, CHARTWARDEN_PORT: '0', ...settings }
  const tokens = new Map<string, Promise<string>>()
  let server: { child: ChildProcess; url: string; ended: Promise<void> } | undefined
  let log = ''
  let opened: Promise<{ database: Database; close: () => Promise<void> }> | undefined

  const beginWith = (more: Readonly<Record<string, string>>, ...args: string[]) =>
    spawn(process.execPath, [MAIN, ...args, '--json'], {
      cwd: ROOT,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const begin = (...args: string[]) => beginWith({}, ...args)

  async function cli(...args: string[]): Promise<Told> {
    const child = begin(...args)
    const [out, said, code] = await Promise.all([
      text(child.stdout as NonNullable<typeof child.stdout>),
      text(child.stderr as NonNullable<typeof child.stderr>),
      new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? -1))),
    ])
    return { code, answer: out.trim() === '' ? undefined : JSON.parse(out.trim().split('\n').at(-1) as string), said }
  }

  async function must(...args: string[]): Promise<Told> {
    const told = await cli(...args)
    if (told.code !== 0) throw new Error(`${args.join(' ')}: ${told.said}`)
    return told
  }

  async function start(): Promise<void> {
    const child = begin('serve')
    child.stderr?.setEncoding('utf8').on('data', (some: string) => {
      log += some
    })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).once('line', (line) =>
        resolve((JSON.parse(line) as { url: string }).url),
      )
      child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${log}`)))
    })
    server = { child, url, ended }
  }

  async function stop(): Promise<void> {
    await (await opened)?.close()
    opened = undefined
    server?.child.kill('SIGTERM')
    await server?.ended
    server = undefined
  }

  async function openBeside() {
    const embedded = await openEmbedded({ folder: data })
    const database = openDatabase(embedded.url, 2)
    return { database, close: () => database.close().then(() => embedded.stop()) }
  }

  t.after(async () => {
    await stop()
    if (existsSync(join(data, 'installation.json'))) await (await openEmbedded({ folder: data })).stop()
    rmSync(data, { recursive: true, force: true })
  })

  await must('init')
  for (const [id, scope] of Object.entries(clients)) await must('client', 'add', id, '--scope', scope)
  if (serving) await start()

  return {
    data,
    get url() {
      return server?.url ?? ''
    },
    get fhir() {
      return `${server?.url}/fhir`
    },
    get pid() {
      return server?.child.pid ?? 0
    },
    log: () => log,
    token(as, scope) {
      const key = `${as} ${scope}`
      const minted =
        tokens.get(key) ??
        must('token', '--as', as, ...(scope === undefined ? [] : ['--scope', scope])).then(
          ({ answer }) => answer.access_token as string,
        )
      tokens.set(key, minted)
      return minted
    },
    cli,
    begin,
    beginWith,
    async database() {
      opened ??= openBeside()
      return (await opened).database
    },
    start,
    stop,
  }
}
