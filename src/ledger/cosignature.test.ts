import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { formatCheckpoint } from './checkpoint.ts'
import { cosignatureTime, createCosigner, verifierOf } from './cosignature.ts'
import { createLogSigner } from './log-signer.ts'
import { openNote, signNote } from './signed-note.ts'
import { type KeyKind, privateKeyOf, publicKeyOf, rawPublicKey } from './signing-keys.ts'

const moment = new Date('2026-03-01T12:00:00.900Z')
const origin = 'ledger.example.org/chart'
const text = formatCheckpoint({ origin, size: 12, root: Buffer.alloc(32, 1) })
const kinds: KeyKind[] = ['ed25519', 'ml-dsa-44']

for (const kind of kinds) {
  test(`a cosignature with ${kind} is verified, carries its time, and covers name, time, size and root`, () => {
    const seed = randomBytes(32)
    const cosigner = createCosigner('witness.example.org/w1', privateKeyOf(kind, seed))
    const note = signNote(text, [cosigner.at(moment)])
    const [signature] = openNote(note, [verifierOf(cosigner.vkey)]).signatures
    assert.equal(cosignatureTime(signature?.signature as Buffer), BigInt(Date.parse('2026-03-01T12:00:00Z') / 1000))
    const verifier = verifierOf(cosigner.vkey)
    const bytes = signature?.signature as Buffer
    assert.equal(verifier.verify(text, bytes), true)
    assert.equal(verifier.verify(text.replace('12', '13'), bytes), false)
    assert.equal(verifier.verify(text.replace('chart', 'other'), bytes), false)
    for (const at of [0, 7, 8, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      assert.equal(verifier.verify(text, changed), false)
    }
    assert.equal(verifier.verify(text, bytes.subarray(1)), false)
    assert.equal(verifier.verify(text, Buffer.alloc(0)), false)
  })

  test(`a ${kind} key is the same from its seed and from its public bytes`, () => {
    const key = privateKeyOf(kind, Buffer.alloc(32, 5))
    assert.deepEqual(rawPublicKey(kind, publicKeyOf(kind, rawPublicKey(kind, key))), rawPublicKey(kind, key))
    assert.deepEqual(rawPublicKey(kind, privateKeyOf(kind, Buffer.alloc(32, 5))), rawPublicKey(kind, key))
    assert.throws(() => privateKeyOf(kind, Buffer.alloc(31)), /32 bytes/)
    assert.throws(() => publicKeyOf(kind, Buffer.alloc(31)), /bytes/)
  })
}

test('an ML-DSA-44 cosignature commits to its name; a text that is no checkpoint is neither signed nor verified', () => {
  const key = privateKeyOf('ml-dsa-44', randomBytes(32))
  const [one, two] = [createCosigner('a.example', key), createCosigner('b.example', key)]
  const bytes = one.at(moment).sign(text)
  assert.equal(verifierOf(one.vkey).verify(text, bytes), true)
  assert.equal(verifierOf(two.vkey).verify(text, bytes), false)
  assert.equal(verifierOf(one.vkey).verify('no checkpoint\n', bytes), false)
  assert.throws(() => one.at(moment).sign('no checkpoint\n'), /not a checkpoint/)
})

test('a key of another kind cannot cosign', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  assert.throws(() => createCosigner('a.example', privateKey), /not a key of ed25519/)
})

test('a log signs every checkpoint with both of its keys, which come from their seeds', () => {
  const seeds = { ed25519Seed: randomBytes(32), mldsaSeed: randomBytes(32) }
  const signer = createLogSigner({ origin, ...seeds })
  const note = signer.signCheckpoint({ size: 12, root: Buffer.alloc(32, 1) }, moment)
  assert.ok(note.startsWith(text))
  for (const vkey of signer.vkeys) assert.deepEqual(openNote(note, [verifierOf(vkey)]).verified, [origin])
  assert.equal(openNote(note, signer.vkeys.map(verifierOf)).signatures.length, 2)
  assert.deepEqual(createLogSigner({ origin, ...seeds }).vkeys, signer.vkeys)
  const strange = createLogSigner({ origin, ed25519Seed: randomBytes(32), mldsaSeed: randomBytes(32) })
  assert.throws(() => openNote(note, strange.vkeys.map(verifierOf)), /no known key/)
})
