import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createSmallLog, someEntries } from '../../test/vectors/small-log.ts'
import { createCosigner, verifierOf } from './cosignature.ts'
import { signatureLine, splitNote } from './signed-note.ts'
import { privateKeyOf } from './signing-keys.ts'
import { proveInclusion } from './tiles.ts'
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts'

const log = createSmallLog('ledger.example.org/chart')
const plain = await log.append(someEntries(600))
const witness = createCosigner('witness.example.org', privateKeyOf('ed25519', randomBytes(32)))
const line = signatureLine(splitNote(plain).text, witness.at(new Date()))
const checkpoint = plain + line
const hashes = await proveInclusion(300, 600, log.read)
const entry = log.entries[300] as Buffer
const keys = [...log.signer.vkeys, witness.vkey].map(verifierOf)
const proof = formatTlogProof({ index: 300n, hashes, checkpoint })

test('a proof verifies offline, and names the witnesses whose keys are known', () => {
  const verified = verifyTlogProof(proof, entry, keys)
  assert.deepEqual([verified.index, verified.origin, verified.size], [300n, 'ledger.example.org/chart', 600n])
  assert.deepEqual(verified.witnessedBy, ['witness.example.org'])
  assert.equal('extra' in verified, false)
  assert.deepEqual(verifyTlogProof(proof, entry, keys.slice(0, 1)).witnessedBy, [])
})

test('a proof comes back as it was written, with and without extra and hashes', () => {
  const withExtra = { index: 0n, hashes: [], checkpoint, extra: Buffer.from('salt') }
  for (const one of [{ index: 300n, hashes, checkpoint }, withExtra, { ...withExtra, extra: Buffer.alloc(0) }]) {
    assert.deepEqual(parseTlogProof(formatTlogProof(one)), one)
  }
  assert.ok(formatTlogProof(withExtra).startsWith('c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 0\n\nledger.'))
})

test('another entry, another index, another hash or another checkpoint does not verify', async () => {
  assert.throws(() => verifyTlogProof(proof, Buffer.from('another'), keys), /not in the log at that index/)
  for (const index of [299n, 301n, 0n, 600n, 2n ** 64n - 1n]) {
    assert.throws(() => verifyTlogProof(formatTlogProof({ index, hashes, checkpoint }), entry, keys), /not in the log/)
  }
  for (const wrong of [hashes.slice(1), [...hashes, randomBytes(32)], hashes.toReversed()]) {
    const text = formatTlogProof({ index: 300n, hashes: wrong, checkpoint })
    assert.throws(() => verifyTlogProof(text, entry, keys), /not in the log/)
  }
  const smaller = formatTlogProof({ index: 300n, hashes, checkpoint: await log.checkpointAt(599) })
  assert.throws(() => verifyTlogProof(smaller, entry, keys), /not in the log/)
  assert.throws(() => verifyTlogProof(proof.replace('\n600\n', '\n601\n'), entry, keys), /is bad/)
})

test('a checkpoint that only a witness signed is not enough: it might be of another log', () => {
  const { text } = splitNote(plain)
  const note = formatTlogProof({ index: 300n, hashes, checkpoint: `${text}\n${line}` })
  assert.throws(() => verifyTlogProof(note, entry, keys), /the log itself did not sign/)
  assert.throws(() => verifyTlogProof(proof, entry, []), /no known key/)
})

test('what is not exactly a proof is refused', () => {
  const wrong = [
    ...[
      '',
      '\n\n',
      proof.replace('@v1', '@v2'),
      proof.replace('index 300', 'index 0300'),
      proof.replace('index', 'Index'),
    ],
    ...[
      proof.replace('index 300\n', ''),
      proof.replace('index', 'extra !\nindex'),
      proof.replace('index 300', 'index'),
    ],
    ...[proof.replace('index 300\n', 'index 300\nAAAA\n'), proof.replace('index 300\n', 'index 300\nextra AAAA\n')],
    ...[
      proof.replace('\n\n', '\n'),
      proof.slice(0, 200),
      formatTlogProof({ index: 1n, hashes: Array(64).fill(entry), checkpoint }),
    ],
  ]
  for (const one of wrong) assert.throws(() => verifyTlogProof(one, entry, keys), Error, one.slice(0, 80))
  assert.throws(() => parseTlogProof(proof.replace('@v1', '@v2')), /not a tlog-proof/)
})
