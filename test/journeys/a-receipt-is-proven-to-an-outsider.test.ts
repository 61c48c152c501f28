import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { verifierOf } from '../../src/ledger/cosignature.ts'
import { checkPromise } from '../../src/ledger/promise.ts'
import { parseVkey } from '../../src/ledger/signed-note.ts'
import { publicKeyOf } from '../../src/ledger/signing-keys.ts'
import { parseEntryBundle, tilePath } from '../../src/ledger/tiles.ts'
import { parseTlogProof, verifyTlogProof } from '../../src/ledger/tlog-proof.ts'
import { startRunning } from '../running.ts'

/** What one has who was never inside: the answer's headers, the log's keys, and HTTP. */
test('who holds a receipt has its promise at once, and its proof within a second', async (t) => {
  const running = await startRunning(t)
  const token = await running.token('loader')
  const asked = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      fetch(`${running.fhir}/Patient/nobody-${n}`, { headers: { authorization: `Bearer ${token}` } }),
    ),
  )
  const vkeys = readFileSync(join(running.data, 'ledger-vkeys.txt'), 'utf8').trim().split('\n')
  const logKey = publicKeyOf('ed25519', parseVkey(vkeys[0] as string).publicKey)

  for (const answer of asked) {
    assert.equal(answer.status, 404)
    const receipt = answer.headers.get('chartwarden-receipt') as string
    const proof = await proofOf(running.url, receipt)
    const { index, checkpoint } = parseTlogProof(proof)
    const size = Number(checkpoint.split('\n')[1])
    const leaf = await leafAt(running.url, Number(index), size)
    const verified = verifyTlogProof(proof, leaf, vkeys.map(verifierOf))
    assert.equal(verified.index, index)
    const other = await leafAt(running.url, Number(index) === 0 ? 1 : Number(index) - 1, size)
    assert.throws(() => verifyTlogProof(proof, other, vkeys.map(verifierOf)))

    const promise = answer.headers.get('chartwarden-promise')
    assert.ok(promise, 'a refusal carries its promise too')
    const { c } = JSON.parse(leaf.toString()) as { c: string }
    const commitment = Buffer.from(c, 'base64url')
    assert.ok(checkPromise(promise, receipt, commitment, logKey))
    commitment[0] = (commitment[0] as number) ^ 1
    assert.ok(!checkPromise(promise, receipt, commitment, logKey))
  }
  assert.equal((await fetch(`${running.url}/ledger/proof/${'0'.repeat(32)}.tlog-proof`)).status, 404)
})

async function proofOf(url: string, receipt: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${url}/ledger/proof/${receipt}.tlog-proof`)
    if (answer.status === 200) return answer.text()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the proof does not come')
}

async function leafAt(url: string, index: number, size: number): Promise<Buffer> {
  const n = Math.floor(index / 256)
  const width = Math.min(256, size - n * 256)
  const answer = await fetch(`${url}/ledger/${tilePath('entries', n, width)}`)
  return parseEntryBundle(Buffer.from(await answer.arrayBuffer()))[index % 256] as Buffer
}
