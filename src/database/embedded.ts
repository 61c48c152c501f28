import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '../kernel/refusal.ts'
import { checkMajor, logPath, makeCluster, readPassword, type Started, startPostgres } from './embedded-cluster.ts'
import { alone } from './embedded-lock.ts'
import { choosePlace, type Place } from './embedded-place.ts'
import { type ConnectionOptions, connectionTo, isLast, knock, type Presence } from './embedded-presence.ts'
import { forgetDead, isServing, type Postmaster, processesOf, readPostmaster } from './embedded-process.ts'
import { checkProgram, copyProgram, findProgram } from './embedded-program.ts'

export type Embedded = {
  readonly url: ConnectionOptions
  /** False when another process had started it. */
  readonly startedByUs: boolean
  /** The postmaster's, which changes when it died and was started again. */
  readonly pid: number
  /** Gives it up. The last process to do so shuts PostgreSQL down; close your own pool first. */
  stop(): Promise<void>
}

type Say = (line: string) => void
type Held = {
  readonly client: Presence
  readonly postmaster: Postmaster
  readonly password: string
  readonly started: boolean
}

/** Recovery after a crash may replay much; as long as it lives, it is waited for. */
const PATIENCE_MS = 10 * 60_000
const ORPHAN_PATIENCE_MS = 60_000

/**
 * Finds the PostgreSQL of this data folder, or starts it: never twice, however many processes ask at once.
 *
 * Everyone who uses it is *present*: holds one connection with the shared advisory lock (7307, 1). Who stops while
 * others are present only leaves; the last one out shuts it down. A process that is killed leaves PostgreSQL running,
 * and the next one finds it; when PostgreSQL itself dies, those present start it again.
 *
 * Linux only. Refuses with `start.unsafe` (something must be changed, the message says what) or `database.unavailable`.
 */
export async function openEmbedded(options: { folder: string; say?: Say }): Promise<Embedded> {
  const say = options.say ?? (() => undefined)
  const place = await inWords(options.folder, async () => choosePlace(options.folder))
  const lock = join(place.folder, 'postgres.lock')
  const waiting = () => say('Another process is starting or stopping PostgreSQL; waiting for it.')
  const reach = () => inWords(place.home, () => alone(lock, PATIENCE_MS, waiting, () => findOrStart(place, say)))

  let held = await reach()
  const { started, postmaster, password } = held
  const url = connectionTo(postmaster, password)
  let stopping: Promise<void> | undefined
  let reviving: Promise<void> | undefined

  const revive = async () => {
    for (let pauseMs = 200; stopping === undefined; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      try {
        held = await reach()
        return watch()
      } catch (error) {
        say(`PostgreSQL is gone and does not come back yet: ${(error as Error).message}`)
      }
      await sleep(pauseMs, undefined, { ref: false })
    }
  }
  const watch = () => {
    held.client.unref()
    held.client.once('end', () => {
      if (stopping === undefined) reviving = revive()
    })
  }
  watch()

  const leave = async () => {
    await reviving
    await alone(lock, PATIENCE_MS, waiting, async () => {
      const last = await isLast(held.client).catch(() => false)
      if (last) await shutDown(place, held.postmaster.pid)
      await held.client.end().catch(() => undefined)
    })
  }
  return {
    url,
    startedByUs: started,
    get pid() {
      return held.postmaster.pid
    },
    stop() {
      stopping ??= leave()
      return stopping
    },
  }
}

/** Call it alone. What it started and cannot use, it stops again. */
async function findOrStart(place: Place, say: Say): Promise<Held> {
  const made = existsSync(place.cluster)
  const cluster = made ? realpathSync(place.cluster) : place.cluster
  let password = made ? readPassword(place.folder) : ''
  let started: Started | undefined
  let since = Date.now()
  try {
    for (let told = since; ; await sleep(25)) {
      const postmaster = readPostmaster(cluster)
      const answer = await knock(postmaster, password)
      if (typeof answer !== 'string' && postmaster !== undefined) {
        return { client: answer, postmaster, password, started: started !== undefined }
      }
      if (started?.ended === true) throw notStarted(place, started)
      const lives = started !== undefined || (postmaster !== undefined && isServing(postmaster.pid, cluster))
      if (!lives && answer === 'absent') {
        started = await start(place, say)
        password = readPassword(place.folder)
        since = Date.now()
        continue
      }
      const now = Date.now()
      if (now - since > (answer === 'busy' ? PATIENCE_MS : ORPHAN_PATIENCE_MS)) throw notAnswering(place, postmaster)
      if (now - told > 10_000) {
        say('PostgreSQL is still getting ready (after a crash it first replays what was promised).')
        told = now
      }
    }
  } catch (error) {
    started?.child.kill('SIGINT')
    throw error
  }
}

async function start(place: Place, say: Say): Promise<Started> {
  const brought = findProgram()
  const made = existsSync(place.cluster)
  if (made) checkMajor(place, brought)
  if (copyProgram(brought, place.program)) say(`PostgreSQL ${brought.major} is copied to ${place.program}.`)
  checkProgram(place.program, place.runAs)
  if (!made) {
    say(`Making the database in ${place.cluster} (once; some seconds).`)
    await makeCluster(place)
  }
  await orphansGone(place.cluster, say)
  forgetDead(place.cluster, place.socket)
  say('Starting PostgreSQL.')
  return startPostgres(place)
}

/** Backends outlive a killed postmaster until they notice; a new one beside them would destroy data. */
async function orphansGone(cluster: string, say: Say): Promise<void> {
  const since = Date.now()
  for (let told = false; ; await sleep(50)) {
    const orphans = processesOf(realpathSync(cluster))
    if (orphans.length === 0) return
    if (!told) say(`Waiting for the end of ${orphans.length} processes of a PostgreSQL that was killed.`)
    told = true
    if (Date.now() - since > ORPHAN_PATIENCE_MS) {
      throw new Refusal(
        'database.unavailable',
        `Processes of a PostgreSQL that was killed still use ${cluster}. End them (kill ${orphans.join(' ')}), then start again.`,
      )
    }
  }
}

/** PostgreSQL's fast shutdown: transactions end, everything is written, then it is gone. */
async function shutDown({ cluster }: Place, pid: number): Promise<void> {
  const real = realpathSync(cluster)
  if (!isServing(pid, real)) return
  process.kill(pid, 'SIGINT')
  for (const since = Date.now(); isServing(pid, real); await sleep(25)) {
    if (Date.now() - since > ORPHAN_PATIENCE_MS) {
      throw new Refusal(
        'database.unavailable',
        `PostgreSQL (process ${pid}) is still shutting down. Nothing is lost; let it.`,
      )
    }
  }
}

function notStarted({ folder }: Place, started: Started): Refusal {
  return new Refusal(
    'database.unavailable',
    `PostgreSQL did not start. ${logPath(folder)} ends with: ${started.said()}`,
  )
}

function notAnswering({ cluster }: Place, postmaster: Postmaster | undefined): Refusal {
  const who = postmaster === undefined ? '' : ` (kill -INT ${postmaster.pid})`
  return new Refusal(
    'database.unavailable',
    `The PostgreSQL of ${cluster} runs, and does not answer. Stop it${who}, then start again.`,
  )
}

async function inWords<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof Refusal) throw error
    const { code, message, syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    const why = code === 'ENOSPC' ? 'the disk is full' : code === 'EACCES' ? 'this user may not' : message
    throw new Refusal('start.unsafe', `${path} cannot be written (${why}). Mend that, then start again.`, {
      cause: error,
    })
  }
}
