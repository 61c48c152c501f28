import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createSmallLog, type SmallLog, someEntries } from '../../test/vectors/small-log.ts'
import { verifierOf } from './cosignature.ts'
import { openNote } from './signed-note.ts'
import { type KeyKind, privateKeyOf } from './signing-keys.ts'
import { proveConsistency } from './tiles.ts'
import { createWitness, type WitnessState } from './witness.ts'
import { createWitnessState } from './witness-state.ts'

const origin = 'ledger.example.org/chart'

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'witness-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function newWitness(log: SmallLog, state: WitnessState, kind: KeyKind = 'ed25519') {
  const key = privateKeyOf(kind, Buffer.alloc(32, 9))
  return createWitness({ name: 'witness.example.org', key, logs: [{ origin, vkeys: log.signer.vkeys }], state })
}

const body = (old: number | string, proof: Buffer[], checkpoint: string) =>
  `old ${old}\n${proof.map((one) => `${one.toString('base64')}\n`).join('')}\n${checkpoint}`

for (const kind of ['ed25519', 'ml-dsa-44'] as const) {
  test(`a log that grows is cosigned with ${kind} each time, also after the witness starts again`, async (t) => {
    const folder = newFolder(t)
    const log = createSmallLog(origin)
    for (const [old, more] of [
      [0, 3],
      [3, 300],
      [303, 0],
      [303, 1],
    ] as const) {
      const checkpoint = await log.append(someEntries(more))
      const witness = newWitness(log, createWitnessState(folder), kind)
      const proof = await proveConsistency(old, log.entries.length, log.read)
      const answer = await witness.addCheckpoint(body(old, proof, checkpoint))
      assert.equal(answer.status, 200)
      assert.match(answer.body, /^— witness\.example\.org [^ ]+\n$/)
      const note = `${checkpoint}${answer.body}`
      assert.deepEqual(openNote(note, [verifierOf(witness.vkey)]).verified, ['witness.example.org'])
      assert.equal(await witness.latestCheckpoint(hash('sha256', origin)), note)
    }
    assert.equal(readdirSync(folder).length, 1)
    assert.equal(await newWitness(log, createWitnessState(folder)).latestCheckpoint(hash('sha256', 'x')), undefined)
  })
}

test('each thing that is wrong has the status of the specification, and changes nothing', async (t) => {
  const log = createSmallLog(origin)
  const witness = newWitness(log, createWitnessState(newFolder(t)))
  const checkpoint = await log.append(someEntries(5))
  assert.equal((await witness.addCheckpoint(body(0, [], checkpoint))).status, 200)
  const grown = await log.append(someEntries(4, 'more'))
  const proof = await proveConsistency(5, 9, log.read)
  const fork = createSmallLog(origin)
  const otherLog = await createSmallLog('elsewhere.example').append(someEntries(9))
  const unknownKey = await fork.append(someEntries(9, 'fork'))
  const sign = (size: number, root = randomBytes(32)) => log.signer.signCheckpoint({ size, root }, new Date())
  const spoiled = grown.replace(
    /(— [^ ]+ [^ ]{20})./,
    (_all, start) => `${start}${grown.includes(`${start}A`) ? 'B' : 'A'}`,
  )
  const cases: [string, number, string][] = [
    ['empty', 400, ''],
    ['no old line', 400, `\n\n${grown}`],
    ['an old size that is none', 400, body('05', proof, grown)],
    ['a checkpoint that is none', 400, body(5, proof, 'a\n\nb\n')],
    ['a proof line that is no hash', 400, `old 5\nAAAA\n\n${grown}`],
    ['64 proof lines', 400, body(5, Array(64).fill(Buffer.alloc(32)), grown)],
    ['an old size above the size', 400, body(10, [], grown)],
    ['an unknown log', 404, body(0, [], otherLog)],
    ['a key that is not known', 403, body(5, proof, unknownKey)],
    ['a bad signature of a known key', 403, body(5, proof, spoiled)],
    ['an old size that is not the known one', 409, body(4, proof, grown)],
    ['an old size of 0', 409, body(0, [], grown)],
    ['no proof', 422, body(5, [], grown)],
    ['a wrong proof', 422, body(5, [...proof.slice(1), randomBytes(32)], grown)],
    ['a proof too long', 422, body(5, [...proof, randomBytes(32)], grown)],
    ['another root at the same size', 422, body(5, [], sign(5))],
    ['a proof from a size to itself', 422, body(5, proof, checkpoint)],
    ['another tree', 422, body(5, proof, sign(9))],
  ]
  for (const [what, status, submission] of cases) {
    const answer = await witness.addCheckpoint(submission)
    assert.equal(answer.status, status, what)
    if (status === 409) assert.deepEqual([answer.body, answer.type], ['5\n', 'text/x.tlog.size'], what)
  }
  assert.equal((await witness.addCheckpoint(body(5, proof, grown))).status, 200)
})

test('an empty log has the empty root and no proof, or it is not cosigned', async (t) => {
  const log = createSmallLog(origin)
  const witness = newWitness(log, createWitnessState(newFolder(t)))
  const wrong = log.signer.signCheckpoint({ size: 0, root: randomBytes(32) }, new Date())
  assert.equal((await witness.addCheckpoint(body(0, [], wrong))).status, 422)
  const empty = await log.checkpointAt(0)
  assert.equal((await witness.addCheckpoint(body(0, [randomBytes(32)], empty))).status, 422)
  assert.equal((await witness.addCheckpoint(body(0, [], empty))).status, 200)
  const first = await log.append(someEntries(2))
  assert.equal((await witness.addCheckpoint(body(0, [randomBytes(32)], first))).status, 422)
  assert.equal((await witness.addCheckpoint(body(0, [], first))).status, 200)
})

test('of two forks offered at once, one is cosigned and the other learns the size', async (t) => {
  const log = createSmallLog(origin)
  const witness = newWitness(log, createWitnessState(newFolder(t)))
  const forks = [4, 6].map((size) => log.signer.signCheckpoint({ size, root: randomBytes(32) }, new Date()))
  const answers = await Promise.all(forks.map((fork) => witness.addCheckpoint(body(0, [], fork))))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409])
  const size = answers[0]?.status === 200 ? '4\n' : '6\n'
  assert.equal(answers.find(({ status }) => status === 409)?.body, size)
})

test('nothing is answered before the state is kept, and a failure to keep it gives no cosignature', async () => {
  const log = createSmallLog(origin)
  const checkpoint = await log.append(someEntries(5))
  const lost: WitnessState = {
    read: async () => undefined,
    compareAndSet: () => Promise.reject(new Error('no space left')),
  }
  await assert.rejects(newWitness(log, lost).addCheckpoint(body(0, [], checkpoint)), /no space left/)
})

test('a damaged file of state is an error, and never an empty state', async (t) => {
  const folder = newFolder(t)
  const log = createSmallLog(origin)
  const checkpoint = await log.append(someEntries(5))
  const path = join(folder, `${hash('sha256', origin)}.checkpoint`)
  for (const damaged of ['', checkpoint.slice(0, 40), await createSmallLog('elsewhere.example').checkpointAt(0)]) {
    writeFileSync(path, damaged)
    const witness = newWitness(log, createWitnessState(folder))
    await assert.rejects(witness.addCheckpoint(body(0, [], checkpoint)), Error)
  }
})
