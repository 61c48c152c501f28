/** SMART Backend Services, by Inferno's ids (test/inferno.json), and the life of a client's keys. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { importJWK, SignJWT } from 'jose'
import { type App, launch, REDIRECT, send } from '../acting-as-app.ts'
import type { Json } from '../asking.ts'
import { assertionOf, EVERYTHING, keyedApp, newKeys, readAs, startHospital } from '../smart-hospital.ts'
import { SHARED_DATA, withoutSharedData } from '../vectors/shared-data.ts'

const GRANT = { grant_type: 'client_credentials', scope: 'system/*.rs' }

test('backends get tokens by their keys', async (t) => {
  const hospital = await startHospital(t)
  const { running } = hospital
  const keys = newKeys(running, 'ES384')
  await hospital.client('backend', '--jwks', keys.file, '--scope', 'system/*.rs')
  const backend = keyedApp(running, 'backend', keys)
  const token = (app: App, form: Record<string, string> = GRANT) => send(running, app, 'token', form)
  const asserting = (more: Parameters<typeof assertionOf>[3]): App => ({
    clientId: 'backend',
    proof: () => assertionOf(running, 'backend', keys, more),
  })

  const answer = await token(backend)
  await t.test('smart_backend_services_auth_request_success: a right request is answered with a token', () => {
    assert.equal(answer.status, 200)
  })
  await t.test('smart_backend_services_auth_response_body: with all members, for five minutes at most', async () => {
    const { access_token, token_type, expires_in, scope, refresh_token } = answer.json
    assert.deepEqual([token_type, scope, refresh_token], ['Bearer', 'system/*.rs', undefined])
    assert.ok(expires_in > 0 && expires_in <= 300)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal((await readAs(running, access_token, '/Patient/ada')).status, 200)
  })
  await t.test('smart_backend_services_invalid_grant_type: a grant type that is none is refused', async () => {
    const { status, json } = await token(backend, { ...GRANT, grant_type: 'not_a_grant_type' })
    assert.deepEqual([status, json.error], [400, 'unsupported_grant_type'])
  })
  await t.test('smart_backend_services_invalid_client_assertion: so is a type of assertion that is none', async () => {
    const app: App = {
      clientId: 'backend',
      proof: () => ({ ...assertionOf(running, 'backend', keys), client_assertion_type: 'not_one' }),
    }
    const { status, json } = await token(app)
    assert.equal(status, 400)
    assert.match(json.error, /invalid_request|invalid_client/)
  })
  const now = () => Math.floor(Date.now() / 1000)
  const wrong: Readonly<Record<string, Parameters<typeof assertionOf>[3]>> = {
    'signed by nobody': { key: undefined as never, header: { alg: 'none' } },
    'signed by another key': { key: newKeys(running, 'ES384').privateKey },
    'of another issuer': { payload: { iss: 'loader' } },
    'of another subject': { payload: { sub: 'loader' } },
    'for another audience': { payload: { aud: 'https://elsewhere.example/token' } },
    'for the FHIR base': { payload: { aud: `${running.fhir}` } },
    'for nobody': { payload: { aud: undefined } },
    expired: { payload: { exp: now() - 60 } },
    'without an end': { payload: { exp: undefined } },
    'that lasts an hour': { payload: { exp: now() + 3600 } },
    'of the future': { payload: { iat: now() + 120, exp: now() + 290, nbf: now() + 120 } },
    'without an id': { payload: { jti: undefined } },
    'without the name of its key': { header: { kid: undefined } },
    'with the name of another key': { header: { kid: 'another' } },
    'that brings its key along': { header: { kid: undefined, jwk: keys.jwk } },
    'that says where its keys are': { header: { kid: 'x', jku: 'http://localhost:9/jwks' } },
    'with HS384 and the public key as secret': { header: { alg: 'HS384' } },
    'with RS384 for an EC key': { header: { alg: 'RS384' } },
  }
  for (const [what, more] of Object.entries(wrong))
    await t.test(`smart_backend_services_invalid_jwt: an assertion ${what} is refused`, async () => {
      const { status, json } = await token(asserting(more))
      assert.ok(status === 400 || status === 401, `${status}`)
      assert.match(json.error, /invalid_client|invalid_request/)
      assert.equal(json.access_token, undefined)
    })
  await t.test('an assertion is good once, even for two at the same time', async () => {
    const once = assertionOf(running, 'backend', keys)
    const app: App = { clientId: 'backend', proof: () => once }
    const both = await Promise.all([token(app), token(app)])
    assert.deepEqual(both.map((one) => one.status).sort(), [200, 401])
    assert.equal((await token(app)).json.error, 'invalid_client')
  })
  await t.test('an assertion may be for the issuer, too', async () => {
    assert.equal((await token(asserting({ payload: { aud: running.url } }))).status, 200)
  })
  await t.test('scopes of people are not for a backend', async () => {
    await hospital.client(
      'both',
      '--jwks',
      newKeys(running, 'ES384', 'both-key').file,
      '--redirect-uri',
      REDIRECT,
      '--scope',
      'openid user/*.rs patient/*.rs',
    )
    assert.equal((await token(backend, { ...GRANT, scope: 'user/*.rs' })).json.error, 'invalid_scope')
    assert.equal((await token(backend, { ...GRANT, scope: 'patient/*.rs openid' })).json.error, 'invalid_scope')
    assert.equal((await token(backend, { ...GRANT, scope: 'system/*.cruds' })).json.scope, 'system/*.rs')
    assert.equal(
      (await token(backend, { ...GRANT, scope: 'system/Observation.rs?code=x' })).json.error,
      'invalid_scope',
    )
    assert.equal(
      (await token(backend, { ...GRANT, resource: 'https://elsewhere.example/fhir' })).json.error,
      'invalid_target',
    )
  })

  await t.test(
    'bulk_data_authorization: the keys of the SMART guide work, ES384 and RS384',
    { skip: withoutSharedData },
    async () => {
      for (const alg of ['ES384', 'RS384']) {
        const folder = join(SHARED_DATA, 'inferno', 'smart-ig')
        const file = join(folder, `${alg}.public.json`)
        const { keys: secret }: Json = JSON.parse(readFileSync(join(folder, `${alg}.private.json`), 'utf8'))
        const jwk = secret.find((one: Json) => one.d !== undefined)
        const { keys: kids } = await hospital.client(`guide-${alg.toLowerCase()}`, '--jwks', file)
        const clientId = `guide-${alg.toLowerCase()}`
        const signed = await new SignJWT({ jti: `guide-${alg}` })
          .setProtectedHeader({ alg, kid: kids[0], typ: 'JWT' })
          .setIssuer(clientId)
          .setSubject(clientId)
          .setAudience(`${running.url}/oauth/token`)
          .setIssuedAt()
          .setExpirationTime('4m')
          .sign(await importJWK(jwk, alg))
        const proof = () => ({
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: signed,
        })
        assert.equal((await token({ clientId, proof })).status, 200, alg)
      }
    },
  )

  await t.test('keys are changed without a pause, and the list says which are used', async () => {
    const next = newKeys(running, 'RS384', 'next-key')
    const { answer: added } = await running.cli('client', 'key', 'add', 'backend', '--jwks', next.file)
    assert.deepEqual(added.keys, [keys.jwk.kid, 'next-key'])
    assert.equal((await token(keyedApp(running, 'backend', next))).status, 200)
    assert.equal((await token(backend)).status, 200)
    assert.equal((await running.cli('client', 'key', 'remove', 'backend', '--kid', keys.jwk.kid)).code, 0)
    assert.equal((await token(backend)).status, 401)
    assert.equal((await token(keyedApp(running, 'backend', next))).status, 200)
    assert.equal(
      (await running.cli('client', 'key', 'remove', 'backend', '--kid', 'next-key')).code,
      3,
      'the last stays',
    )
    const { clients } = (await running.cli('client', 'list')).answer
    const [used] = clients.find((one: Json) => one.id === 'backend').keys
    assert.equal(used.kid, 'next-key')
    assert.ok(Date.parse(used.usedAt) > Date.now() - 60_000)
  })

  await t.test('keys may lie at an address of the client’s', async (own) => {
    const served = newKeys(running, 'ES256', 'served-key')
    let keysNow: Json[] = [served.jwk]
    const server = createServer((_request, response) => response.end(JSON.stringify({ keys: keysNow })))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    own.after(() => server.close())
    const uri = `http://localhost:${(server.address() as AddressInfo).port}/jwks`
    await hospital.client('served', '--jwks-uri', uri)
    assert.equal((await token(keyedApp(running, 'served', served))).status, 200)
    // A swapped set is not even asked for while the one before is fresh, and what is signed by it is refused.
    const swapped = newKeys(running, 'ES256', 'swapped-key')
    keysNow = [swapped.jwk]
    assert.equal((await token(keyedApp(running, 'served', swapped))).status, 401)
    assert.equal((await running.cli('client', 'add', 'inside', '--jwks-uri', 'http://10.0.0.1/jwks')).code, 3)
    await hospital.client('metadata', '--jwks-uri', 'https://169.254.169.254/jwks')
    assert.equal((await token(keyedApp(running, 'metadata', served))).status >= 400, true)
  })

  await t.test('a revoked client has no token any more', async () => {
    const { access_token } = (await token(keyedApp(running, 'guide-es384', keys))).json
    assert.equal(access_token, undefined)
    const mine = newKeys(running, 'ES384')
    await hospital.client('ends', '--jwks', mine.file)
    const { json } = await token(keyedApp(running, 'ends', mine))
    await running.cli('client', 'revoke', 'ends')
    assert.equal((await readAs(running, json.access_token, '/Patient/ada')).status, 401)
    assert.equal((await token(keyedApp(running, 'ends', mine))).json.error, 'invalid_client')
  })

  await t.test('an app registers itself, and does nothing until an operator approves it', async () => {
    const mine = newKeys(running, 'ES384', 'registered-key')
    const register = (metadata: Json) =>
      fetch(`${running.url}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      })
    const metadata = {
      client_name: 'Sleep diary',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [mine.jwk] },
      scope: EVERYTHING,
    }
    const response = await register(metadata)
    const registered: Json = await response.json()
    assert.equal(response.status, 201)
    assert.deepEqual([registered.approval, registered.client_secret], ['pending', undefined])
    const app = keyedApp(running, registered.client_id, mine)
    const { browser } = hospital.ada
    await assert.rejects(launch(running, browser, app, 'openid launch/patient patient/*.rs'), /invalid_client/)
    assert.equal((await token(app)).json.error, 'invalid_client')
    assert.equal((await running.cli('client', 'approve', registered.client_id)).code, 0)
    assert.equal((await launch(running, browser, app, 'openid launch/patient patient/*.rs')).patient, 'ada')
    assert.equal((await running.cli('client', 'approve', registered.client_id)).code, 3, 'once')
    for (const bad of [
      { ...metadata, redirect_uris: ['http://elsewhere.example/cb'] },
      { ...metadata, redirect_uris: ['javascript:alert(1)'] },
      { ...metadata, jwks_uri: 'https://app.example/jwks' },
      { ...metadata, jwks: undefined },
      { ...metadata, token_endpoint_auth_method: 'client_secret_basic' },
      { ...metadata, scope: 'everything' },
      { ...metadata, client_name: 'x'.repeat(1000) },
      { ...metadata, jwks: { keys: [{ kty: 'oct', k: 'AA' }] } },
      {},
    ]) {
      const refused = await register(bad)
      assert.equal(refused.status, 400)
      assert.match(((await refused.json()) as Json).error, /^invalid_(client_metadata|redirect_uri|request|scope)$/)
    }
  })
  assert.doesNotMatch(running.log(), /defect/)
})
