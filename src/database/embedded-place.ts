import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { writeDurably } from '../kernel/durable-file.ts'
import { Refusal } from '../kernel/refusal.ts'

export type User = { readonly uid: number; readonly gid: number }

/** Where everything of the embedded PostgreSQL lies, and who runs it (`runAs` only when we are root). */
export type Place = {
  readonly folder: string
  /** Holds `postgres` and `postgres-program`: the data folder itself, or a private one when its user cannot enter. */
  readonly home: string
  readonly cluster: string
  readonly program: string
  readonly socket: string
  readonly runAs: User | undefined
}

const POINTER = 'postgres-place.json'
const ELSEWHERE = '/var/lib'
/** `sun_path` holds 107 bytes; PostgreSQL adds `/.s.PGSQL.5432.lock`. */
const SOCKET_FOLDER_LIMIT = 80

/**
 * Decides where the cluster, the program and the socket lie. An ordinary user keeps everything in the data folder.
 * PostgreSQL refuses to run as root: root runs it as the cluster's owner, `postgres` or `nobody`, and when that user
 * cannot enter the data folder (tried, not guessed) puts it in /var/lib/chartwarden-… and leaves a pointer.
 */
export function choosePlace(given: string): Place {
  mkdirSync(given, { recursive: true, mode: 0o700 })
  const folder = realpathSync(given)
  const root = process.getuid?.() === 0
  const pointed = readPointer(folder)
  const elsewhere = join(ELSEWHERE, `chartwarden-${digest(folder)}`)
  const known = [pointed, folder, elsewhere].find((home) => home !== undefined && existsSync(join(home, 'postgres')))
  if (pointed !== undefined && known !== pointed) {
    throw new Refusal(
      'start.unsafe',
      `The database of ${folder} lies in ${pointed}, and is not there. Bring it back from a backup; only to begin an empty one, delete ${join(folder, POINTER)}.`,
    )
  }
  if (!root) {
    needName()
    return placeIn(folder, pointed ?? folder, undefined)
  }
  const runAs = known === undefined ? unprivileged() : ownerOf(join(known, 'postgres'))
  if (known !== undefined && known !== folder) return placeIn(folder, known, runAs)
  if (lets(folder, runAs)) return placeIn(folder, folder, runAs)
  if (known !== undefined) {
    throw new Refusal(
      'start.unsafe',
      `The user ${runAs.uid} of ${known}/postgres cannot enter ${folder}. Let it, or move it.`,
    )
  }
  openTo(elsewhere, runAs)
  if (!lets(elsewhere, runAs)) {
    throw new Refusal(
      'start.unsafe',
      `As root, PostgreSQL must run as another user, and user ${runAs.uid} can enter neither ${folder} nor ${elsewhere}. Start Chartwarden as an ordinary user, or with a data folder that others can enter (such as /srv/chartwarden).`,
    )
  }
  return placeIn(folder, elsewhere, runAs)
}

/** Once the cluster is made elsewhere: leaves word of it in the data folder. */
export function writePointer({ folder, home }: Place): void {
  if (home === folder || existsSync(join(folder, POINTER))) return
  const about =
    'PostgreSQL cannot run as root, and the user it runs as cannot enter this folder: the database lies in `home`. Back up both; delete neither.'
  writeDurably(join(folder, POINTER), `${JSON.stringify({ about, folder, home }, null, 2)}\n`)
}

function readPointer(folder: string): string | undefined {
  const path = join(folder, POINTER)
  if (!existsSync(path)) return undefined
  let said: { folder?: unknown; home?: unknown }
  try {
    said = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Refusal('start.unsafe', `${path} cannot be read. Bring it back from a backup.`, { cause: error })
  }
  if (typeof said.home !== 'string' || typeof said.folder !== 'string') {
    throw new Refusal('start.unsafe', `${path} says nothing of use. Bring it back from a backup.`)
  }
  if (said.folder !== folder && existsSync(join(said.folder, POINTER))) {
    throw new Refusal(
      'start.unsafe',
      `${folder} is a copy of ${said.folder}, and both would use the database in ${said.home}. Restore a backup into a new folder instead.`,
    )
  }
  return said.home
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

function placeIn(folder: string, there: string, runAs: User | undefined): Place {
  const home = realpathSync(there)
  const near = join(home, 'postgres-socket')
  const socket =
    Buffer.byteLength(near) <= SOCKET_FOLDER_LIMIT
      ? near
      : join(
          runAs === undefined ? tmpdir() : '/run',
          `chartwarden-${runAs?.uid ?? process.getuid?.()}-${digest(folder)}`,
        )
  return { folder, home, cluster: join(home, 'postgres'), program: join(home, 'postgres-program'), socket, runAs }
}

/** Makes a folder only `user` (or we) can enter; refuses one that another made there first. */
export function ownFolder(path: string, user: User | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const uid = user?.uid ?? process.getuid?.() ?? 0
  const found = lstatSync(path)
  if (!found.isDirectory() || (found.uid !== uid && found.uid !== process.getuid?.())) {
    throw new Refusal('start.unsafe', `${path} belongs to another user. Remove it, then start again.`)
  }
  if (user !== undefined) chownSync(path, user.uid, user.gid)
  chmodSync(path, 0o700)
}

/** Root's folder that the group of `user` may walk through, and nobody else. */
function openTo(path: string, user: User): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chownSync(path, 0, user.gid)
  chmodSync(path, 0o710)
}

/** Whether `user` can write in a folder of its own inside `folder`; opens a private folder of root's to its group for that. */
function lets(folder: string, user: User): boolean {
  const before = statSync(folder)
  const closed = before.uid === 0 && (before.mode & 0o077) === 0
  if (closed) openTo(folder, user)
  const probe = join(folder, `.reach-${randomBytes(6).toString('hex')}`)
  mkdirSync(probe, { mode: 0o700 })
  try {
    chownSync(probe, user.uid, user.gid)
    const script = 'cd "$1" && : >probe && rm probe'
    const tried = spawnSync('/bin/sh', ['-c', script, 'sh', probe], {
      cwd: '/',
      stdio: 'ignore',
      timeout: 10_000,
      ...user,
    })
    if (tried.status === 0) return true
  } finally {
    rmSync(probe, { recursive: true, force: true })
  }
  if (closed) {
    chownSync(folder, before.uid, before.gid)
    chmodSync(folder, before.mode & 0o7777)
  }
  return false
}

function needName(): void {
  try {
    userInfo()
  } catch (error) {
    throw new Refusal(
      'start.unsafe',
      `User id ${process.getuid?.()} has no name in /etc/passwd, and PostgreSQL needs one. Add it, or set CHARTWARDEN_DATABASE_URL.`,
      { cause: error },
    )
  }
}

function ownerOf(cluster: string): User {
  const { uid, gid } = statSync(cluster)
  if (uid !== 0) return { uid, gid }
  throw new Refusal(
    'start.unsafe',
    `${cluster} belongs to root, and PostgreSQL does not run as root. Give it to another user.`,
  )
}

function unprivileged(): User {
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  )
  const found = users.get('postgres') ?? users.get('nobody')
  if (found !== undefined && found.uid > 0) return found
  throw new Refusal(
    'start.unsafe',
    'PostgreSQL does not run as root, and /etc/passwd knows neither a user postgres nor nobody. Start Chartwarden as an ordinary user.',
  )
}
