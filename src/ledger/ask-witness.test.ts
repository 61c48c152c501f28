import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createSmallLog, type SmallLog, someEntries } from '../../test/vectors/small-log.ts'
import { askWitness, type WitnessedTree } from './ask-witness.ts'
import { createCosigner, verifierOf } from './cosignature.ts'
import { openNote, splitNote } from './signed-note.ts'
import { privateKeyOf } from './signing-keys.ts'
import { proveConsistency } from './tiles.ts'
import { createWitness, type WitnessAnswer, type WitnessState } from './witness.ts'

const origin = 'ledger.example.org/chart'

/** Serves these answers on loopback, and returns the URL and the bodies that were asked. */
async function serve(t: TestContext, answer: (body: string) => Promise<WitnessAnswer>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      asked.push(`${request.method} ${request.url} ${body.slice(0, body.indexOf('\n'))}`)
      void answer(body).then(({ status, body, type = 'text/plain' }) => {
        response.writeHead(status, { 'content-type': type }).end(body)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, fetch: globalThis.fetch, asked }
}

function inMemory(): WitnessState {
  let held: { note: string; size: bigint } | undefined
  return {
    read: async () => held?.note,
    compareAndSet: async (_origin, oldSize, note) => {
      if ((held?.size ?? 0n) !== oldSize) return false
      held = { note, size: BigInt(splitNote(note).text.split('\n')[1] as string) }
      return true
    },
  }
}

function newWitness(log: SmallLog) {
  const logs = [{ origin, vkeys: log.signer.vkeys }]
  const key = privateKeyOf('ed25519', randomBytes(32))
  return createWitness({ name: 'witness.example.org', key, logs, state: inMemory() })
}

const treeOf = (log: SmallLog, checkpoint: string): WitnessedTree => ({
  origin,
  size: log.entries.length,
  checkpoint,
  proveFrom: (old) => proveConsistency(old, log.entries.length, log.read),
})

test('a witness cosigns at once, and after a 409 with a proof from the size it knows', async (t) => {
  const log = createSmallLog(origin)
  const witness = newWitness(log)
  const served = await serve(t, witness.addCheckpoint)
  const verifiers = [verifierOf(witness.vkey)]
  for (const more of [5, 300]) {
    const checkpoint = await log.append(someEntries(more))
    const lines = await askWitness({ ...served, verifiers }, treeOf(log, checkpoint))
    assert.equal(lines.length, 1)
    assert.deepEqual(openNote(checkpoint + lines.join(''), verifiers).verified, ['witness.example.org'])
  }
  const again = await log.append(someEntries(2))
  await askWitness({ ...served, verifiers }, { ...treeOf(log, again), knownSize: 305 })
  const path = 'POST /add-checkpoint'
  assert.deepEqual(served.asked, [`${path} old 0`, `${path} old 0`, `${path} old 5`, `${path} old 305`])
})

test('a witness that has seen more than there is says that the log was rolled back', async (t) => {
  const log = createSmallLog(origin)
  const witness = newWitness(log)
  const served = await serve(t, witness.addCheckpoint)
  await askWitness(served, treeOf(log, await log.append(someEntries(9))))
  const rolledBack = { ...treeOf(log, await log.checkpointAt(4)), size: 4 }
  await assert.rejects(askWitness(served, rolledBack), { name: 'NotWitnessed', failure: 'behind', status: 409 })
})

test('a witness that has seen another tree says that the log forked', async (t) => {
  const log = createSmallLog(origin)
  const served = await serve(t, newWitness(log).addCheckpoint)
  await askWitness(served, treeOf(log, await log.append(someEntries(9))))
  const fork = createSmallLog(origin)
  await fork.append(someEntries(12, 'fork'))
  const { root, size } = { root: randomBytes(32), size: 12 }
  const tree = { ...treeOf(fork, log.signer.signCheckpoint({ size, root }, new Date())), size }
  await assert.rejects(askWitness(served, tree), { failure: 'inconsistent', status: 422 })
})

test('what else a witness may answer is told apart', async (t) => {
  const log = createSmallLog(origin)
  const checkpoint = await log.append(someEntries(3))
  const tree = treeOf(log, checkpoint)
  const mine = createCosigner('witness.example.org', privateKeyOf('ed25519', randomBytes(32)))
  const stranger = createCosigner('stranger.example.org', privateKeyOf('ed25519', randomBytes(32)))
  const { text } = splitNote(checkpoint)
  const lineOf = (cosigner: typeof mine, over = text) =>
    `— ${cosigner.name} ${Buffer.concat([cosigner.keyId, cosigner.at(new Date()).sign(over)]).toString('base64')}\n`
  const size = 'text/x.tlog.size'
  const cases: [WitnessAnswer, string][] = [
    [{ status: 404, body: '' }, 'refused'],
    [{ status: 403, body: '' }, 'refused'],
    [{ status: 400, body: '' }, 'refused'],
    [{ status: 500, body: '' }, 'unreachable'],
    [{ status: 409, body: '2\n' }, 'unreachable'],
    [{ status: 409, body: '02\n', type: size }, 'unreachable'],
    [{ status: 409, body: '2\n', type: size }, 'unreachable'],
    [{ status: 200, body: '' }, 'untrusted'],
    [{ status: 200, body: 'hello\n' }, 'untrusted'],
    [{ status: 200, body: lineOf(stranger) }, 'untrusted'],
    [{ status: 200, body: lineOf(mine, text.replace('\n3\n', '\n4\n')) }, 'untrusted'],
    [{ status: 200, body: lineOf(mine).slice(0, -1) }, 'untrusted'],
    [{ status: 200, body: lineOf(mine).repeat(2_000) }, 'unreachable'],
  ]
  for (const [answer, failure] of cases) {
    const served = await serve(t, async () => answer)
    const asked = askWitness({ ...served, verifiers: [verifierOf(mine.vkey)] }, tree)
    await assert.rejects(asked, { name: 'NotWitnessed', failure }, `${answer.status} ${answer.body.slice(0, 60)}`)
  }
  const both = await serve(t, async () => ({ status: 200, body: lineOf(stranger) + lineOf(mine) }))
  const lines = await askWitness({ ...both, verifiers: [verifierOf(mine.vkey)] }, tree)
  assert.deepEqual(
    lines.map((line) => line.split(' ')[1]),
    ['witness.example.org'],
  )
  const gone = { url: 'http://127.0.0.1:1', fetch: globalThis.fetch }
  await assert.rejects(askWitness(gone, tree), { failure: 'unreachable' })
})
