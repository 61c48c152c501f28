import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../kernel/durable-file.ts'
import { Refusal } from '../kernel/refusal.ts'
import { ownFolder, type Place, writePointer } from './embedded-place.ts'
import type { Brought } from './embedded-program.ts'

export const USER = 'chartwarden'
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
const LOG_LIMIT_BYTES = 10 * 2 ** 20

/** What an operator may tune later, in the cluster's postgresql.conf. */
const TUNABLE = {
  shared_buffers: '128MB',
  max_connections: '60',
  wal_level: 'replica',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
}

/**
 * What nobody may change: nothing acknowledged is lost, nobody comes in over a network, and neither SQL text nor a
 * value reaches the log (`log_min_messages=log` leaves out errors, whose texts can quote values).
 */
const FIXED = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  port: '5432',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_statement: 'none',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
}

const passwordPath = (folder: string) => join(folder, 'postgres-password')
export const logPath = (folder: string) => join(folder, 'postgres.log')

export function readPassword(folder: string): string {
  try {
    return readFileSync(passwordPath(folder), 'utf8').trim()
  } catch (error) {
    const lost = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Refusal(
      'start.unsafe',
      lost
        ? `${passwordPath(folder)} is missing, and the database does not open without it. Bring it back from a backup.`
        : `${passwordPath(folder)} cannot be read. Start Chartwarden as the user who started it first.`,
      { cause: error },
    )
  }
}

/** Refuses a cluster that another major version of PostgreSQL wrote. */
export function checkMajor({ cluster }: Place, { major }: Brought): void {
  const written = Number.parseInt(readFileSync(join(cluster, 'PG_VERSION'), 'utf8'), 10)
  if (written === major) return
  throw new Refusal(
    'start.unsafe',
    `${cluster} was written by PostgreSQL ${written}, and this version brings PostgreSQL ${major}. Start the Chartwarden that wrote it, make a backup, and restore that backup with this one.`,
  )
}

/** Makes the cluster: beside its place, then moved there whole, so that a half-made one is never found. */
export async function makeCluster(place: Place): Promise<void> {
  const { folder, home, cluster, program, runAs } = place
  if (!existsSync(passwordPath(folder))) writeDurably(passwordPath(folder), randomBytes(24).toString('base64url'))
  const fresh = `${cluster}.new`
  const spoken = `${cluster}.new-password`
  rmSync(fresh, { recursive: true, force: true })
  rmSync(spoken, { force: true })
  ownFolder(fresh, runAs)
  try {
    writeFileSync(spoken, `${readPassword(folder)}\n`, { mode: 0o600, flag: 'wx' })
    if (runAs !== undefined) chownSync(spoken, runAs.uid, runAs.gid)
    const options = ['-D', fresh, '-U', USER, `--pwfile=${spoken}`, '--auth=scram-sha-256', '--data-checksums']
    const text = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const settings = Object.entries(TUNABLE).map(([name, value]) => `--set=${name}=${value}`)
    const ran = await run(join(program, 'bin/initdb'), [...options, ...text, ...settings], runAs)
    if (ran.code !== 0) {
      throw new Refusal(
        'start.unsafe',
        `The database could not be made in ${home}. PostgreSQL says: ${lastLines(ran.said)}`,
      )
    }
  } finally {
    rmSync(spoken, { force: true })
  }
  renameSync(fresh, cluster)
  const held = openSync(home, 'r')
  fsyncSync(held)
  closeSync(held)
  writePointer(place)
}

function run(program: string, args: string[], runAs: Place['runAs']): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: '/', env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'], ...runAs })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000)
    })
    child.once('error', (cause) =>
      reject(new Refusal('start.unsafe', `${program} cannot be run (${cause.message}).`, { cause })),
    )
    child.once('close', (code) => resolve({ code, said }))
  })
}

export type Started = {
  readonly child: ChildProcess
  ended: boolean /** What it logged since it began. */
  said(): string
}

/** Starts PostgreSQL in a session of its own, so that our terminal's Ctrl-C and our own death do not reach it. */
export function startPostgres({ folder, cluster, program, socket, runAs }: Place): Started {
  ownFolder(socket, runAs)
  const path = logPath(folder)
  if (existsSync(path) && statSync(path).size > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`)
  const log = openSync(path, 'a', 0o600)
  const from = statSync(path).size
  chmodSync(path, 0o600)
  const settings = Object.entries({ ...FIXED, unix_socket_directories: socket })
  const args = ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  try {
    const child = spawn(join(program, 'bin/postgres'), args, {
      cwd: '/',
      env: ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log, log],
      ...runAs,
    })
    const started: Started = {
      child,
      ended: false,
      said: () => lastLines(readFileSync(path).subarray(from).toString()),
    }
    const ended = () => {
      started.ended = true
    }
    child.once('exit', ended).once('error', ended)
    child.unref()
    return started
  } finally {
    closeSync(log)
  }
}

const lastLines = (text: string) => text.trim().split('\n').slice(-3).join(' ').slice(0, 600)
