import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { encodeEntryBundle, parseTilePath } from '../../src/ledger/tiles.ts'
import { createSmallLog, type SmallLog, someEntries } from './small-log.ts'

const script = fileURLToPath(new URL('verify-with-go.sh', import.meta.url))
const withGo = spawnSync('go', ['version']).status === 0
const skip = withGo ? false : 'Go is missing: apt-get install golang-go golang-golang-x-mod-dev'

function tileOf(log: SmallLog, path: string): Buffer | undefined {
  const tile = parseTilePath(path)
  if (tile === undefined) return undefined
  const { level, n, width } = tile
  if (level !== 'entries') return log.tile(level, n, width)
  const entries = log.entries.slice(n * 256, n * 256 + width)
  return entries.length < width ? undefined : encodeEntryBundle(entries)
}

/** Serves a log under `/ledger`, as the program does. `change` may spoil what is served. */
async function serve(
  t: TestContext,
  log: SmallLog,
  checkpoint: string,
  change = (_path: string, bytes: Buffer) => bytes,
) {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/ledger/', '')
    const found = path === 'checkpoint' ? Buffer.from(checkpoint) : tileOf(log, path)
    response.writeHead(found === undefined ? 404 : 200).end(found === undefined ? undefined : change(path, found))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ledger`
}

/** Runs the script as a person does. Not synchronously: the log is served by this process. */
async function run(t: TestContext, ...given: string[]): Promise<{ status: number | null; said: string }> {
  const cache = process.env.GOCACHE ?? join(tmpdir(), 'chartwarden-go-cache')
  const child = spawn(script, given, { env: { ...process.env, GOCACHE: cache } })
  t.after(() => child.kill())
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => resolve({ status, said }))
  })
}

test('Go verifies our log, and that it continues an older checkpoint', { skip }, async (t) => {
  const log = createSmallLog('ledger.example.org/chart')
  const [vkey] = log.signer.vkeys as [string]
  const folder = mkdtempSync(join(tmpdir(), 'verify-with-go-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const older = join(folder, 'older')
  writeFileSync(older, await log.append(someEntries(300)))
  const checkpoint = await log.append(someEntries(1_237))
  const base = await serve(t, log, checkpoint)
  const { status, said } = await run(t, base, vkey, older)
  assert.equal(status, 0, said)
  assert.match(said, /signed by ledger\.example\.org\/chart, 1537 entries/)
  assert.match(said, /entries: 1537 of 1537 checked/)
  assert.match(said, /older checkpoint: its 300 entries are still there/)
  assert.match(said, /\nVERIFIED\n$/)

  const root = Buffer.alloc(32, 3)
  writeFileSync(older, log.signer.signCheckpoint({ size: 300, root }, new Date()))
  const rewritten = await run(t, base, vkey, older)
  assert.equal(rewritten.status, 1)
  assert.match(rewritten.said, /NOT VERIFIED: the log does not continue the older checkpoint/)

  writeFileSync(older, log.signer.signCheckpoint({ size: 2_000, root }, new Date()))
  assert.match((await run(t, base, vkey, older)).said, /NOT VERIFIED: .* its tail is missing/)
  const [other] = createSmallLog('ledger.example.org/chart').signer.vkeys as [string]
  assert.match((await run(t, base, other)).said, /NOT VERIFIED: the checkpoint: /)
})

test('Go finds a changed entry, a changed tile and a missing one', { skip }, async (t) => {
  const log = createSmallLog('ledger.example.org/chart')
  const [vkey] = log.signer.vkeys as [string]
  const checkpoint = await log.append(someEntries(700))
  const spoil = (at: number) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] as number) ^ 1
    return changed
  }
  const spoiled = (which: string, at: number) => (path: string, bytes: Buffer) =>
    path === which ? spoil(at)(bytes) : bytes
  const cases: [string, (path: string, bytes: Buffer) => Buffer, RegExp][] = [
    ['an entry', spoiled('tile/entries/001', 10), /NOT VERIFIED: entry 256/],
    ['a tile', spoiled('tile/0/002.p/188', 40), /NOT VERIFIED/],
    ['a short tile', (path, bytes) => (path === 'tile/0/000' ? bytes.subarray(32) : bytes), /8160 bytes/],
  ]
  for (const [what, change, expected] of cases) {
    const { status, said } = await run(t, await serve(t, log, checkpoint, change), vkey)
    assert.equal(status, 1, what)
    assert.match(said, expected, what)
  }
})

test('the script says how it is used', async (t) => {
  const { status, said } = await run(t, 'http://127.0.0.1:1')
  assert.equal(status, 2)
  assert.match(said, /usage: .*verify-with-go\.sh <base-url> <vkey> \[older-checkpoint-file\]/)
})
