import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openEmbedded } from '../../src/database/embedded.ts'
import { killLoop, type Result } from './kill-loop.ts'
import { type Patch, patchedCopy } from './patched-copy.ts'
import { asDatabase, cutPower, postgresGone } from './postgres.ts'
import { install, PROJECT, type Program, run } from './program.ts'

const ROUNDS = Number(process.env.CHARTWARDEN_KILL_ROUNDS ?? 20)
const SEED = Number(process.env.CHARTWARDEN_KILL_SEED ?? Date.now() % 1_000_000)
const PROOF_ROUNDS = 8

/** A folder for `t` alone, with room for a copy of the program and a data folder; both are removed after it. */
function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'chartwarden-kill-'))
  chmodSync(folder, 0o755)
  t.after(async () => {
    cutPower(join(folder, 'data'))
    await postgresGone(join(folder, 'data'))
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function broken(t: TestContext, patches: readonly Patch[]): Program {
  const folder = folderOf(t)
  return { root: patchedCopy(join(folder, 'program'), patches), data: join(folder, 'data') }
}

const told = ({ findings }: Result) =>
  findings.slice(0, 20).map(({ round, code, text }) => `${round} ${code}: ${text.slice(0, 400)}`)
const codes = ({ findings }: Result) => new Set(findings.map(({ code }) => code))

async function changeSettings({ data }: Program, sql: string, look?: (synchronousCommit: string) => Promise<void>) {
  const embedded = await openEmbedded({ folder: data })
  await asDatabase(data, async (database) => {
    await database.query(sql)
    const [row] = await database.query<{ setting: string }>("select current_setting('synchronous_commit') as setting")
    await look?.(row?.setting ?? '')
  })
  await embedded.stop()
}

/** Commits are acknowledged before they are written, and stay in memory for ten seconds. */
async function loseCommits(program: Program): Promise<void> {
  await changeSettings(program, "alter system set wal_writer_delay = '10s'")
  await changeSettings(program, 'alter role chartwarden set synchronous_commit = off')
}

/** Every commit takes 20 ms longer to be durable. */
async function slowDisk(program: Program): Promise<void> {
  await changeSettings(program, 'alter system set commit_siblings = 0')
  await changeSettings(program, 'alter system set commit_delay = 20000')
}

test(`${ROUNDS} kills of the server, of PostgreSQL and of both lose nothing (seed ${SEED})`, async (t) => {
  const program = { root: PROJECT, data: join(folderOf(t), 'data') }
  const kills = ['server', 'database', 'both', 'backend', 'power'] as const
  const result = await killLoop({ program, seed: SEED, rounds: ROUNDS, kills, verifyEvery: 7 })
  t.diagnostic(JSON.stringify({ ...result, findings: result.findings.length }))
  assert.deepEqual(told(result), [])
  assert.equal(result.rounds, ROUNDS)
  assert.ok(result.writes > ROUNDS && result.receipts > ROUNDS, 'there was no load to speak of')
})

test('on a slow disk the loop fails when reads do not wait for their ledger entries, and not when they do', async (t) => {
  const program = broken(t, [
    {
      file: 'src/ledger/append.ts',
      from: 'await chain.write(database, entries)\n        chain.keep()',
      to: `late = late.then(() => chain.write(database, entries)).then(() => chain.keep(), () => chain.abandon())`,
    },
    {
      file: 'src/ledger/append.ts',
      from: 'const waiting: ((chain: Chain) => void)[] = []',
      to: 'const waiting: ((chain: Chain) => void)[] = []\n  let late: Promise<void> = Promise.resolve()',
    },
  ])
  const power = {
    seed: SEED,
    kills: ['power'],
    verifyEvery: 0,
    until: ['read-without-entry'],
    prepare: slowDisk,
  } as const
  const failing = await killLoop({ ...power, program, rounds: PROOF_ROUNDS })
  assert.deepEqual([...codes(failing)], ['read-without-entry'], told(failing).join('\n'))
  const whole = { root: PROJECT, data: join(folderOf(t), 'data') }
  assert.deepEqual(told(await killLoop({ ...power, program: whole, rounds: 3 })), [])
})

test('the server refuses a PostgreSQL that may lose what it acknowledged, and says what to change', async (t) => {
  const program = { root: PROJECT, data: join(folderOf(t), 'data') }
  await install(program)
  await changeSettings(program, 'alter system set synchronous_commit = off')
  await changeSettings(program, 'select 1', async (setting) =>
    assert.equal(setting, 'on', 'the embedded one takes no other'),
  )
  await loseCommits(program)
  const { code, said } = await run(program, 'serve')
  assert.equal(code, 3)
  assert.equal(said.error, 'start.unsafe')
  assert.match(said.message as string, /synchronous_commit=off.*alter role chartwarden reset synchronous_commit/)
})

test('the loop fails when commits are acknowledged before they are written, and the power goes', async (t) => {
  const program = broken(t, [
    { file: 'src/database/check-settings.ts', from: "synchronous_commit: 'on|", to: "synchronous_commit: 'off|on|" },
    { file: 'src/ledger/ledger.ts', from: 'if (!inspecting) await checkAnchor', to: 'if (false) await checkAnchor' },
  ])
  const rounds = PROOF_ROUNDS
  const prepare = loseCommits
  const result = await killLoop({
    program,
    seed: SEED,
    rounds,
    kills: ['power'],
    verifyEvery: 0,
    until: ['lost-write', 'read-without-entry'],
    prepare,
  })
  assert.ok(codes(result).has('lost-write') && codes(result).has('read-without-entry'), told(result).join('\n'))
})

test('after a power cut that lost commits, the server refuses to go on behind its own checkpoint', async (t) => {
  const program = broken(t, [
    { file: 'src/database/check-settings.ts', from: "synchronous_commit: 'on|", to: "synchronous_commit: 'off|on|" },
    // So that some checkpoint is surely published in the moments that the power cut takes back.
    { file: 'src/ledger/keep-sequencing.ts', from: 'const EVERY_MS = 500', to: 'const EVERY_MS = 20' },
  ])
  const rounds = PROOF_ROUNDS
  const prepare = loseCommits
  const result = await killLoop({
    program,
    seed: SEED,
    rounds,
    kills: ['power'],
    verifyEvery: 0,
    until: ['no-start'],
    prepare,
  })
  assert.deepEqual([...codes(result)], ['no-start'], told(result).join('\n'))
  assert.match(result.findings[0]?.text ?? '', /its tail is missing/)
})
