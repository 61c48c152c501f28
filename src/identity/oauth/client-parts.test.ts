import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test from 'node:test'
import type { JWK } from 'jose'
import { isRedirectUri, withKids } from './client-parts.ts'

test('apps are sent back to https, to this machine, or on a phone to a private scheme', () => {
  for (const uri of ['https://app.example/cb', 'http://localhost:1234/cb', 'http://127.0.0.1/cb', 'http://[::1]:1/cb'])
    assert.ok(isRedirectUri(uri), uri)
  assert.ok(isRedirectUri('com.example.app:/cb', true) && !isRedirectUri('com.example.app:/cb'))
  for (const uri of [
    'http://app.example/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://app.example/#x',
    'https://u:p@app.example',
    'app:/cb',
    '/cb',
    '',
  ])
    assert.ok(!isRedirectUri(uri, true), uri)
})

test('a key without a name is named by its thumbprint, and a private one is refused', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  const [named] = await withKids([jwk])
  assert.match(named?.kid ?? '', /^[\w-]{43}$/)
  await assert.rejects(withKids([privateKey.export({ format: 'jwk' }) as JWK]), /private key/)
  await assert.rejects(withKids([]), /1 to 20/)
  await assert.rejects(withKids([{ kty: 'oct', k: 'AAAA' }]), /private key/)
  await assert.rejects(withKids([{ ...jwk, alg: 'ES512' }]), /ES384/)
  await assert.rejects(withKids([generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as JWK]), /ES384/)
})
