import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import type { RelyingParty } from '../../src/identity/credentials/check-ceremony.ts'
import { verifyNewPasskey, verifyPasskey } from '../../src/identity/credentials/passkeys.ts'
import { SHARED_DATA, withoutSharedData } from './shared-data.ts'

/** The Test Vectors chapter of the W3C's WebAuthn specification, Level 3: each section a registration and a use. */
const FILE = join(SHARED_DATA, 'security/webauthn/test-vectors.bs.txt')
const strict: RelyingParty = { id: 'example.org', origin: 'https://example.org', name: 'vectors' }
const lenient: RelyingParty = { ...strict, verification: 'preferred', embeddedIn: 'https://example.com' }

const bytesIn = (text: string, name: string): Buffer => {
  const hex = new RegExp(`^${name} = h'([0-9a-f]+)'`, 'm').exec(text)?.[1]
  assert.ok(hex !== undefined, name)
  return Buffer.from(hex, 'hex')
}
const answer = (id: Buffer, text: string, ...names: string[]) => ({
  id: id.toString('base64url'),
  response: Object.fromEntries(names.map((name) => [name, bytesIn(text, name).toString('base64url')])),
})
const once = (challenge: Buffer) => (given: string) => Promise.resolve(given === challenge.toString('base64url'))
const verified = (flags: number | undefined) => ((flags ?? 0) & 0x04) !== 0
const embedded = (text: string) => bytesIn(text, 'clientDataJSON').includes('"crossOrigin":true')

test('the 15 vectors of the WebAuthn specification pass our verifier', { skip: withoutSharedData }, async (t) => {
  const sections = readFileSync(FILE, 'utf8')
    .split(/^## /m)
    .filter((one) => one.includes('[=registration ceremony|Registration=]'))
    .filter((one) => !one.startsWith('Test Vectors for'))
  assert.equal(sections.length, 15)
  for (const section of sections) {
    const [, registration = '', authentication = ''] = section.split('<xmp')
    await t.test(section.split(' ## ')[0] as string, async () => {
      const id = bytesIn(registration, 'credential_id')
      const made = answer(id, registration, 'clientDataJSON', 'attestationObject')
      const used = answer(id, authentication, 'clientDataJSON', 'authenticatorData', 'signature')
      const create = (rp: RelyingParty, response = made) =>
        verifyNewPasskey(rp, response, once(bytesIn(registration, 'challenge')))
      const passkey = { kept: { ...(await create(lenient)), name: 'vector' } }
      const get = (rp: RelyingParty, response = used) =>
        verifyPasskey(rp, response, passkey, once(bytesIn(authentication, 'challenge')))
      assert.equal(passkey.kept.credentialId, id.toString('base64url'))
      assert.equal(await get(lenient), 0)

      const attested = decodeAttestationObject(new Uint8Array(bytesIn(registration, 'attestationObject'))).get(
        'authData',
      )
      const fits = async (act: Promise<unknown>, good: boolean) => (good ? act : assert.rejects(act, /not accepted/))
      await fits(create(strict), verified(attested[32]) && !embedded(registration))
      await fits(get(strict), verified(bytesIn(authentication, 'authenticatorData')[32]) && !embedded(authentication))

      for (const name of Object.keys(used.response)) {
        const bytes = bytesIn(authentication, name)
        bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
        const response = { ...used.response, [name]: bytes.toString('base64url') }
        await assert.rejects(get(lenient, { ...used, response }), /not accepted/, name)
      }
    })
  }
})
