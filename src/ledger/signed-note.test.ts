import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { verifierOf } from './cosignature.ts'
import {
  createEd25519Signer,
  ED25519,
  formatVkey,
  type NoteSigner,
  openNote,
  parseVkey,
  signatureLine,
  signNote,
  splitNote,
} from './signed-note.ts'
import { privateKeyOf } from './signing-keys.ts'

const newSigner = (name: string) => createEd25519Signer(name, privateKeyOf('ed25519', randomBytes(32)))
const log = newSigner('example.com/log')
const other = newSigner('example.com/other')
const text = 'If you think cryptography is the answer\n\nto your problem, then you do not know your problem.\n'
const verifier = verifierOf(log.vkey)

test('a note opens with the keys that signed it, and unknown keys are passed over', () => {
  const note = signNote(text, [other, log])
  assert.deepEqual(openNote(note, [verifier]).text, text)
  assert.deepEqual(openNote(note, [verifier]).verified, ['example.com/log'])
  assert.deepEqual(openNote(note, [verifier, verifierOf(other.vkey)]).verified, [
    'example.com/other',
    'example.com/log',
  ])
  assert.equal(openNote(note, [verifier]).signatures.length, 1)
})

test('any text that a note can hold comes back', () => {
  const lines = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !/[\x00-\x1f]/.test(line)))
  fc.assert(
    fc.property(lines, (some) => {
      const written = `${some.join('\n')}\n`
      assert.equal(openNote(signNote(written, [log]), [verifier]).text, written)
    }),
  )
})

test('a bad signature of a known key spoils the note, even beside a good one', () => {
  const bad: NoteSigner = { ...log, sign: () => Buffer.alloc(64) }
  assert.throws(() => openNote(signNote(text, [log, bad]), [verifier]), /a signature of example.com\/log is bad/)
  const short: NoteSigner = { ...log, sign: () => Buffer.alloc(1) }
  assert.throws(() => openNote(signNote(text, [short]), [verifier]), /is bad/)
  const signed = signNote(text, [log])
  assert.throws(() => openNote(signed.replace('answer', 'Answer'), [verifier]), /is bad/)
})

test('a note that no known key signed is refused, also when only the name or only the key id is known', () => {
  assert.throws(() => openNote(signNote(text, [other]), [verifier]), /no known key/)
  assert.throws(() => openNote(signNote(text, [{ ...other, name: log.name }]), [verifier]), /no known key/)
  assert.throws(() => openNote(signNote(text, [{ ...other, keyId: log.keyId }]), [verifier]), /no known key/)
  assert.throws(() => openNote(signNote(text, [log]), []), /no known key/)
  assert.throws(() => openNote(signNote(text, [log]), [verifier, verifier]), /share a name/)
})

test('what is not exactly a note is refused', () => {
  const note = signNote(text, [log])
  const line = signatureLine(text, log)
  const wrong = [
    ...['', '\n', '\n\n', text, note.slice(0, -1), note.replace('\n\n—', '\n—'), `${note}\n`, `${note}x\n`],
    ...[note.replace('— ', '- '), note.replace('— ', '—  '), note.replace('example.com/log ', 'example com/log ')],
    ...[note.replace('example.com/log ', 'a+b '), note.replace('example.com/log ', ' '), note.replace(/=\n$/, '\n')],
    ...[note.replace(/ ([^ ]+)\n$/, ' AAAAAA==\n'), note.replace(/\n$/, '!\n'), note.replace('answer', 'an\tswer')],
    ...[note.replace('answer', 'an\rswer'), note.replace('answer', 'an\ud800swer'), `${text}\n${line.repeat(65)}`],
    `${text}${'x'.repeat(1_000_000)}\n\n${line}`,
  ]
  for (const one of wrong) {
    assert.throws(() => splitNote(one), Error, one.slice(0, 200))
    assert.throws(() => openNote(one, [verifier]), Error)
  }
  assert.equal(splitNote(`${text}\n${line.repeat(16)}`).signatures.length, 16)
})

test('a text that a note cannot hold is not signed', () => {
  for (const wrong of ['', 'no newline', 'a\x00\n', 'a\r\n', 'a\ud800\n']) assert.throws(() => signNote(wrong, [log]))
  assert.throws(() => signNote(text, [{ ...log, name: 'a b' }]), /key name/)
})

test('a verifier key is read back, and a wrong one is refused', () => {
  const key = parseVkey(log.vkey)
  assert.deepEqual([key.name, key.type, key.publicKey.length], ['example.com/log', ED25519, 32])
  assert.deepEqual(key.keyId, log.keyId)
  assert.equal(formatVkey(key.name, key.type, key.publicKey), log.vkey)
  const wrong = [
    ...[
      '',
      'a+b+c',
      log.vkey.replace('log+', 'lot+'),
      log.vkey.replace('+', ' +'),
      `${log.vkey}=`,
      log.vkey.slice(0, -4),
    ],
    ...[log.vkey.toUpperCase(), ` ${log.vkey}`, `${log.vkey}\n`],
  ]
  for (const one of wrong) assert.throws(() => parseVkey(one), Error, one)
  assert.throws(() => formatVkey('a b', ED25519, key.publicKey), /key name/)
  assert.throws(() => verifierOf(formatVkey('a', 0x02, key.publicKey)), /unknown type 2/)
  assert.throws(() => verifierOf(formatVkey('a', ED25519, key.publicKey.subarray(1))), /32 bytes/)
})
