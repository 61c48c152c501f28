import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv, createHmac, createPublicKey, createSecretKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { createEd25519Verifier } from '../../src/ledger/signed-note.ts'
import { publicKeyOf } from '../../src/ledger/signing-keys.ts'
import { hkdfExpand } from '../../src/vault/hkdf-expand.ts'
import { type Group, readWycheproof, type Vector, withoutSharedData } from './shared-data.ts'

const hex = (text: string | number | undefined) => Buffer.from(String(text), 'hex')

/** Runs `agrees` over every vector of these groups; how many there were, valid and not. */
function run(groups: readonly Group[], agrees: (vector: Vector, group: Group) => boolean) {
  const counts = { valid: 0, invalid: 0 }
  for (const group of groups) {
    for (const vector of group.tests) {
      const valid = vector.result === 'valid'
      assert.notEqual(vector.result, 'acceptable', `tcId ${vector.tcId}`)
      assert.equal(agrees(vector, group), valid, `tcId ${vector.tcId}: ${vector.comment}`)
      counts[valid ? 'valid' : 'invalid'] += 1
    }
  }
  return counts
}

const succeeds = (act: () => boolean) => {
  try {
    return act()
  } catch {
    return false
  }
}

test('AES-256-GCM with a nonce of 96 bits and a tag of 128: Wycheproof', { skip: withoutSharedData }, () => {
  const all = readWycheproof('aes_gcm')
  const ours = all.filter(({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128)
  const counts = run(ours, ({ key, iv, aad, msg, ct, tag, result }) => {
    const secret = createSecretKey(hex(key))
    const decipher = createDecipheriv('aes-256-gcm', secret, hex(iv), { authTagLength: 16 })
    decipher.setAAD(hex(aad)).setAuthTag(hex(tag))
    if (result === 'valid') {
      const cipher = createCipheriv('aes-256-gcm', secret, hex(iv), { authTagLength: 16 }).setAAD(hex(aad))
      assert.deepEqual(Buffer.concat([cipher.update(hex(msg)), cipher.final()]), hex(ct))
      assert.deepEqual(cipher.getAuthTag(), hex(tag))
    }
    return succeeds(() => Buffer.concat([decipher.update(hex(ct)), decipher.final()]).equals(hex(msg)))
  })
  assert.deepEqual(counts, { valid: 39, invalid: 27 })
})

for (const algorithm of ['sha256', 'sha512'] as const) {
  test(`HKDF-Expand with ${algorithm}, after an extract: Wycheproof`, { skip: withoutSharedData }, () => {
    const counts = run(readWycheproof(`hkdf_${algorithm}`), ({ ikm, salt, info, size, okm }) => {
      const extracted = createHmac(algorithm, hex(salt)).update(hex(ikm)).digest()
      return succeeds(() => hkdfExpand(algorithm, createSecretKey(extracted), hex(info), Number(size)).equals(hex(okm)))
    })
    assert.deepEqual(counts, algorithm === 'sha256' ? { valid: 83, invalid: 3 } : { valid: 80, invalid: 3 })
  })
}

test('Ed25519, as the verifier of signed notes checks it: Wycheproof', { skip: withoutSharedData }, () => {
  const counts = run(readWycheproof('ed25519'), ({ msg, sig }, group) => {
    const { pk } = group.publicKey as unknown as { pk: string }
    const key = publicKeyOf('ed25519', hex(pk))
    const text = hex(msg)
    if (text.toString('utf8') === text.toString('latin1')) {
      assert.equal(
        createEd25519Verifier('a', key).verify(text.toString(), hex(sig)),
        hex(sig).length === 64 && verify(null, text, key, hex(sig)),
      )
    }
    return succeeds(() => verify(null, text, key, hex(sig)))
  })
  assert.deepEqual(counts, { valid: 88, invalid: 63 })
})

test('ML-DSA of this Node.js, with the next larger parameter set: Wycheproof', { skip: withoutSharedData }, () => {
  const counts = run(readWycheproof('mldsa_65_verify'), ({ msg, sig, ctx }, group) =>
    succeeds(() => {
      if (hex(group.publicKey).length !== 1952) return false
      const spki = Buffer.concat([hex('308207b2300b0609608648016503040312038207a100'), hex(group.publicKey)])
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
      return verify(null, hex(msg), ctx === undefined ? key : { key, context: hex(ctx) }, hex(sig))
    }),
  )
  assert.deepEqual(counts, { valid: 79, invalid: 131 })
})
