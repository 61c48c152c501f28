import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseCheckpoint } from '../../src/ledger/checkpoint.ts'
import { cosignatureTime, createCosigner, verifierOf } from '../../src/ledger/cosignature.ts'
import { leafHash } from '../../src/ledger/merkle.ts'
import { openNote, parseVkey, splitNote } from '../../src/ledger/signed-note.ts'
import { privateKeyOf } from '../../src/ledger/signing-keys.ts'
import { formatTlogProof, parseTlogProof } from '../../src/ledger/tlog-proof.ts'

const read = (name: string) => readFileSync(new URL(`c2sp/${name}`, import.meta.url), 'utf8')

test('the note of the signed-note specification', () => {
  const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
  const signature = 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='
  const text = 'This is an example message.\n'
  const note = `${text}\n— example.com/foo ${signature}\n`
  assert.equal(openNote(note, [verifierOf(vkey)]).text, text)
  assert.throws(() => openNote(note.replace('This', 'this'), [verifierOf(vkey)]), /is bad/)
})

const cosigned = [
  { name: 'sunlight-mirror', type: 0x04, time: 1_767_139_200n },
  { name: 'torchwood-mldsa', type: 0x06, time: 0n },
]
for (const { name, type, time } of cosigned) {
  test(`a cosignature of type ${type} made by another program: ${name}`, () => {
    const vkey = read(`${name}.vkey`).trim()
    assert.equal(parseVkey(vkey).type, type)
    const note = read(`${name}.checkpoint`)
    const { verified, signatures } = openNote(note, [verifierOf(vkey)])
    assert.deepEqual(verified, [parseVkey(vkey).name])
    assert.equal(cosignatureTime(signatures[0]?.signature as Buffer), time)
    const [origin, size] = note.split('\n')
    assert.throws(() => openNote(note.replace(`\n${size}\n`, '\n2\n'), [verifierOf(vkey)]), /is bad/)
    assert.throws(() => openNote(note.replace(`${origin}\n`, 'other\n'), [verifierOf(vkey)]), /is bad/)
  })
}

test('an ML-DSA-44 key from its seed is the one that another program made of it', () => {
  const seed = Buffer.from('2886adc2b0eabfce67c0472939127998bf886cf256bfee8ba76a253fce1146e0', 'hex')
  const cosigner = createCosigner('example.com/mldsa-log', privateKeyOf('ml-dsa-44', seed))
  assert.equal(cosigner.vkey, read('torchwood-mldsa.vkey').trim())
  const { root } = parseCheckpoint(splitNote(read('torchwood-mldsa.checkpoint')).text)
  assert.deepEqual(root, leafHash(Buffer.from('testonly')))
})

test('proofs as another implementation writes them', () => {
  const sum = (word: string) => createHash('sha256').update(word).digest()
  const [one, two] = ['hash1', 'hash2'].map(sum) as [Buffer, Buffer]
  const written = [
    [
      { index: 5n, hashes: [one, two], checkpoint: 'test checkpoint\n' },
      `c2sp.org/tlog-proof@v1\nindex 5\n${one.toString('base64')}\n${two.toString('base64')}\n\ntest checkpoint\n`,
    ],
    [
      { index: 10n, hashes: [one], checkpoint: 'checkpoint data\n', extra: Buffer.from('extra information') },
      `c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n${one.toString('base64')}\n\ncheckpoint data\n`,
    ],
    [{ index: 0n, hashes: [], checkpoint: 'checkpoint\n' }, 'c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n'],
  ] as const
  for (const [proof, text] of written) {
    assert.equal(formatTlogProof(proof), text)
    assert.deepEqual(parseTlogProof(text), proof)
  }
})

test('the proof of the tlog-proof specification', () => {
  const text = `c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJw[...]1roloI=
`
  const proof = parseTlogProof(text)
  assert.deepEqual([proof.index, proof.hashes.length], [73_894n, 5])
  assert.equal(formatTlogProof(proof), text)
})
