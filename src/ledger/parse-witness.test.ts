import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Refusal } from '../kernel/refusal.ts'
import { createCosigner } from './cosignature.ts'
import { createLogSigner } from './log-signer.ts'
import { parseWitness, parseWitnesses } from './parse-witness.ts'
import { privateKeyOf } from './signing-keys.ts'

const seed = Buffer.alloc(32, 7)
const ed25519 = createCosigner('witness.example/a', privateKeyOf('ed25519', seed)).vkey
const mldsa = createCosigner('witness.example/b', privateKeyOf('ml-dsa-44', seed)).vkey
const logKeys = createLogSigner({ origin: 'log.example', ed25519Seed: seed, mldsaSeed: seed }).vkeys

const unsafe = (pattern: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.code === 'start.unsafe' && pattern.test(error.message)

describe('parseWitness', () => {
  it('reads a key of either kind, with the equals signs that base64 ends in, and an address', () => {
    assert.match(ed25519, /[+/]/)
    assert.match(mldsa, /=$/)
    const { name, url, verifier } = parseWitness(` ${mldsa}=http://127.0.0.1:8421/ `)
    assert.deepEqual(
      { name, url, of: verifier.name },
      { name: 'witness.example/b', url: 'http://127.0.0.1:8421', of: name },
    )
    assert.equal(parseWitness(`${ed25519}=https://w.example/some/prefix`).url, 'https://w.example/some/prefix')
  })

  it('refuses what is no witness, and says what to give', () => {
    assert.throws(() => parseWitness(ed25519), unsafe(/no address after the key.*Give vkey=url/))
    assert.throws(() => parseWitness(`${ed25519}=ftp://w.example`), unsafe(/no address/))
    assert.throws(() => parseWitness(`${ed25519.slice(0, -4)}=http://w.example`), unsafe(/verifier key/))
    assert.throws(() => parseWitness(`${logKeys[0]}=http://w.example`), unsafe(/does not cosign/))
  })

  it('refuses two under one name', () => {
    const two = [`${ed25519}=http://a.example`, `${ed25519}=http://b.example`]
    assert.throws(() => parseWitnesses(two), unsafe(/names witness\.example\/a twice/))
    assert.equal(parseWitnesses([`${ed25519}=http://a.example`, `${mldsa}=http://a.example`]).length, 2)
  })
})
