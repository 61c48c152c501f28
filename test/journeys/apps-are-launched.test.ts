/** The SMART App Launch tests of Inferno, by their ids (test/inferno.json): what an app does, from discovery to the end. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import {
  type App,
  authorize,
  authorizeUrl,
  exchange,
  follow,
  interact,
  launch,
  REDIRECT,
  refresh,
  send,
  verifierOf,
} from '../acting-as-app.ts'
import type { Json } from '../asking.ts'
import { must } from '../browsing.ts'
import { EVERYTHING, found, keyedApp, LAB, newKeys, publicApp, readAs, startHospital } from '../smart-hospital.ts'

const FULL = 'launch/patient openid fhirUser offline_access patient/*.rs'

const words = (text: string): string[] => text.trim().split(/\s+/)
const CAPABILITIES = words(`
  launch-ehr launch-standalone authorize-post client-public client-confidential-asymmetric client-confidential-symmetric
  sso-openid-connect context-banner context-ehr-patient context-ehr-encounter context-standalone-patient
  permission-offline permission-patient permission-user permission-v1 permission-v2`)
const SHARED_MEMBERS = words(`
  issuer authorization_endpoint token_endpoint jwks_uri introspection_endpoint userinfo_endpoint`)
const OPENID_MEMBERS = words(`
  issuer authorization_endpoint token_endpoint jwks_uri response_types_supported subject_types_supported
  id_token_signing_alg_values_supported`)

test('apps are launched, and do what people allowed', async (t) => {
  const hospital = await startHospital(t)
  const { running, ada } = hospital
  const app: App = { clientId: 'web-app' }
  await hospital.client(app.clientId, ...publicApp)
  const keys = { ES384: newKeys(running, 'ES384'), RS384: newKeys(running, 'RS384') }
  for (const [alg, { file }] of Object.entries(keys))
    await hospital.client(
      `keyed-${alg.toLowerCase()}`,
      '--jwks',
      file,
      '--redirect-uri',
      REDIRECT,
      '--scope',
      EVERYTHING,
    )
  const json = async (path: string, headers = {}): Promise<Json> =>
    (await fetch(`${running.url}${path}`, { headers })).json()

  const smart: Json = await json('/fhir/.well-known/smart-configuration')
  const openid: Json = await json('/.well-known/openid-configuration')

  await t.test('well_known_endpoint: the configuration is found without a token, as JSON', async () => {
    const response = await fetch(`${running.fhir}/.well-known/smart-configuration`)
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
  })
  await t.test('well_known_capabilities_stu1: it has what STU1 requires', () => {
    for (const member of ['authorization_endpoint', 'token_endpoint', 'capabilities']) assert.ok(smart[member], member)
  })
  await t.test('well_known_capabilities_stu2: it has what STU2 requires, and every address in it answers', async () => {
    assert.deepEqual(smart.code_challenge_methods_supported, ['S256'])
    assert.deepEqual(smart.grant_types_supported.sort(), ['authorization_code', 'client_credentials', 'refresh_token'])
    assert.ok(smart.capabilities.includes('sso-openid-connect') && smart.issuer === running.url && smart.jwks_uri)
    for (const [name, url] of Object.entries<string>(smart).filter(([member]) => member.endsWith('_endpoint'))) {
      const { status } = await fetch(url, { method: name === 'userinfo_endpoint' ? 'GET' : 'POST', redirect: 'manual' })
      assert.ok([303, 400, 401].includes(status), `${name} ${status}`)
    }
  })
  await t.test('g10_smart_well_known_capabilities: it declares what certification requires', () => {
    assert.deepEqual(
      CAPABILITIES.filter((one) => !smart.capabilities.includes(one)),
      [],
    )
  })

  await t.test('smart_openid_retrieve_configuration: OpenID discovery is there', () =>
    assert.equal(openid.issuer, running.url),
  )
  await t.test('smart_openid_required_configuration_fields: it has the required members, and RS256', () => {
    for (const member of OPENID_MEMBERS) assert.ok(openid[member], member)
    assert.deepEqual(openid.id_token_signing_alg_values_supported, ['RS256'])
    for (const member of SHARED_MEMBERS) assert.equal(openid[member], smart[member], member)
  })
  const jwks: Json = await json(new URL(openid.jwks_uri).pathname)
  await t.test('smart_openid_retrieve_jwks: its keys are there, the public halves only', () => {
    assert.ok(jwks.keys.length > 0)
    for (const key of jwks.keys) assert.equal(key.d ?? key.p ?? key.k, undefined)
  })

  const launched = await authorize(running, ada.browser, app, FULL)
  await t.test('smart_app_redirect: the person is sent back to the app', () => {
    assert.equal(`${launched.back.origin}${launched.back.pathname}`, REDIRECT)
    assert.equal(launched.back.searchParams.get('state'), 'a-state-of-the-app')
    assert.equal(launched.back.searchParams.get('iss'), running.url)
  })
  await t.test('smart_code_received: with a code', () => assert.ok(launched.code.length >= 40))
  const answer = await exchange(running, app, launched.code, launched.verifier)
  const tokens = answer.json
  await t.test('smart_token_exchange: the code is exchanged for a token', () => assert.equal(answer.status, 200))
  await t.test('smart_token_response_body: with what was granted and the launch context beside it', () => {
    assert.ok(tokens.access_token && tokens.expires_in > 0 && tokens.expires_in <= 3600)
    assert.equal(tokens.token_type, 'Bearer')
    assert.equal(tokens.scope, FULL)
    assert.equal(tokens.patient, 'ada')
    assert.equal(tokens.need_patient_banner, true)
  })
  await t.test('smart_token_response_headers: which nobody may keep', () => {
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  })

  await t.test('smart_openid_decode_id_token: the ID token is a JWT', () =>
    assert.equal(tokens.id_token.split('.').length, 3),
  )
  await t.test('smart_openid_token_header: signed with RS256 by a key that is published', () => {
    const { alg, kid } = decodeProtectedHeader(tokens.id_token)
    assert.equal(alg, 'RS256')
    assert.ok(jwks.keys.some((key: Json) => key.kid === kid))
  })
  const verified = await jwtVerify(tokens.id_token, createLocalJWKSet(jwks), {
    issuer: running.url,
    audience: app.clientId,
  })
  await t.test('smart_openid_token_payload: whose claims are right', () => {
    const { sub, exp, iat, auth_time, acr, amr } = verified.payload as Json
    assert.match(sub, /^[0-9a-f]{32}$/)
    assert.ok(exp > Date.now() / 1000 && iat <= exp && auth_time <= iat)
    assert.equal(acr, 'phr')
    assert.ok(amr.includes('mfa'))
  })
  await t.test('smart_openid_fhir_user_claim: and fhirUser is a record that the app can read', async () => {
    const { fhirUser } = verified.payload as Json
    assert.equal(fhirUser, `${running.fhir}/Patient/ada`)
    assert.equal((await readAs(running, tokens.access_token, '/Patient/ada')).status, 200)
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    const told: Json = await (await fetch(openid.userinfo_endpoint, { headers })).json()
    assert.deepEqual(told, { sub: verified.payload.sub, fhirUser })
  })
  await t.test('g10_patient_context: the patient of the context can be read', async () => {
    assert.equal(
      ((await (await readAs(running, tokens.access_token, `/Patient/${tokens.patient}`)).json()) as Json).id,
      'ada',
    )
  })
  await t.test('g10_unauthorized_access: and without a token nothing can', async () => {
    const response = await fetch(`${running.fhir}/Patient/ada`)
    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate') ?? '', /Bearer/)
  })
  await t.test('g10_unrestricted_resource_type_access: whole access reads every type there is', async () => {
    assert.deepEqual(await found(running, tokens.access_token, '/Observation?patient=ada'), [
      'ada-lab',
      'ada-plain',
      'ada-vital',
    ])
    assert.deepEqual(await found(running, tokens.access_token, '/Condition?patient=ada'), ['ada-problem'])
    for (const type of ['AllergyIntolerance', 'CarePlan', 'Immunization', 'MedicationRequest', 'Procedure'])
      assert.equal((await readAs(running, tokens.access_token, `/${type}?patient=ada`)).status, 200, type)
  })

  await t.test('smart_token_introspection_response_group: a token is introspected', async () => {
    const { status, json: told } = await send(running, app, 'introspect', { token: tokens.access_token })
    assert.equal(status, 200)
    assert.deepEqual(
      [told.active, told.client_id, told.scope, told.patient, told.sub, told.aud, told.fhirUser],
      [true, app.clientId, FULL, 'ada', verified.payload.sub, running.fhir, `${running.fhir}/Patient/ada`],
    )
    assert.ok(told.exp > Date.now() / 1000 && told.iss === running.url)
  })
  await t.test(
    'smart_token_introspection_request_group: one that is none is not active, and who does not prove itself is not told',
    async () => {
      assert.deepEqual((await send(running, app, 'introspect', { token: 'cwt_nothing' })).json, { active: false })
      assert.equal(
        (await send(running, { clientId: 'keyed-es384' }, 'introspect', { token: tokens.access_token })).status,
        401,
      )
      const other = keyedApp(running, 'keyed-es384', keys.ES384)
      assert.deepEqual((await send(running, other, 'introspect', { token: tokens.access_token })).json, {
        active: false,
      })
      const server = newKeys(running, 'ES256')
      await hospital.client('resource-server', '--jwks', server.file, '--introspect')
      const asked = await send(running, keyedApp(running, 'resource-server', server), 'introspect', {
        token: tokens.access_token,
      })
      assert.equal(asked.json.active, true)
    },
  )

  const refreshed = await refresh(running, app, tokens.refresh_token)
  await t.test('smart_token_refresh: the token is refreshed without naming scopes', () =>
    assert.equal(refreshed.status, 200),
  )
  await t.test('smart_token_refresh_body: with all members, and a new refresh token in place of the old', () => {
    assert.equal(refreshed.json.token_type, 'Bearer')
    assert.equal(refreshed.json.scope, FULL)
    assert.equal(refreshed.json.patient, 'ada')
    assert.notEqual(refreshed.json.refresh_token, tokens.refresh_token)
    assert.equal(refreshed.headers.get('cache-control'), 'no-store')
  })
  await t.test('smart_token_refresh_stu2: and with fewer', async () => {
    const { json: fewer } = await refresh(running, app, refreshed.json.refresh_token, { scope: 'patient/*.rs' })
    assert.equal(fewer.scope, 'patient/*.rs')
  })
  await t.test('g10_invalid_token_refresh: a refresh token that is none is refused', async () => {
    const { status, json: told } = await refresh(running, app, 'nothing')
    assert.deepEqual([status, told.error], [400, 'invalid_grant'])
  })

  await t.test('g10_public_standalone_launch_stu2_2: a public app completes the launch', () =>
    assert.ok(tokens.id_token && tokens.refresh_token),
  )
  for (const alg of ['ES384', 'RS384'] as const)
    await t.test(`g10_asymmetric_launch: an app with a key of ${alg} too`, async () => {
      const keyed = keyedApp(running, `keyed-${alg.toLowerCase()}`, keys[alg])
      const { access_token, scope } = await launch(running, ada.browser, keyed, FULL)
      assert.equal(scope, FULL)
      assert.equal((await readAs(running, access_token, '/Patient/ada')).status, 200)
    })
  await t.test('g10_smart_standalone_patient_app: an app with a secret too', async () => {
    const { secret } = await hospital.client(
      'secret-app',
      '--secret',
      '--redirect-uri',
      REDIRECT,
      '--scope',
      EVERYTHING,
    )
    const headers = { authorization: `Basic ${Buffer.from(`secret-app:${secret}`).toString('base64')}` }
    const confidential: App = { clientId: 'secret-app', proof: () => ({}), headers: async () => headers }
    assert.equal((await launch(running, ada.browser, confidential, FULL)).patient, 'ada')
  })
  await t.test('g10_smart_v1_scopes: scopes of v1 are granted as they are written', async () => {
    const words = 'launch/patient openid fhirUser patient/Patient.read patient/Observation.read'
    const { access_token, scope } = await launch(running, ada.browser, app, words)
    assert.equal(scope, words)
    assert.deepEqual(await found(running, access_token, '/Observation?patient=ada'), [
      'ada-lab',
      'ada-plain',
      'ada-vital',
    ])
    assert.equal((await readAs(running, access_token, '/Condition?patient=ada')).status, 403)
  })
  await t.test(
    'g10_smart_scopes: what was asked for is what is granted, and no more than the app was registered for',
    async () => {
      await hospital.client(
        'small-app',
        '--public',
        '--redirect-uri',
        REDIRECT,
        '--scope',
        `openid launch/patient patient/Patient.rs patient/Observation.rs?category=${LAB}`,
      )
      const { scope, refresh_token } = await launch(running, ada.browser, { clientId: 'small-app' }, FULL)
      assert.equal(scope, `launch/patient openid patient/Patient.rs patient/Observation.rs?category=${LAB}`)
      assert.equal(refresh_token, undefined)
    },
  )

  const limited = { scopes: ['launch/patient', 'openid', 'patient/Patient.rs'] }
  const asked = 'launch/patient openid offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs'
  const { access_token: less, ...few } = await launch(running, ada.browser, app, asked, { choice: limited })
  await t.test('g10_limited_scope_grant: what a person leaves out is not granted', () => {
    assert.equal(few.scope, 'launch/patient openid patient/Patient.rs')
    assert.equal(few.refresh_token, undefined, 'nor is what was to go on without them')
  })
  await t.test('g10_resource_access_test: and is not read', async () => {
    assert.equal((await readAs(running, less, '/Patient/ada')).status, 200)
    assert.equal((await readAs(running, less, '/Observation?patient=ada')).status, 403)
    assert.equal((await readAs(running, less, '/Observation/ada-lab')).status, 404)
  })
  await t.test('g10_smart_granular_scope_selection: a part can be allowed in place of the whole', async () => {
    const verifier = verifierOf()
    const at = await follow(ada.browser, authorizeUrl(running, app, asked, verifier))
    const consent = await follow(
      ada.browser,
      new URL((await must(ada.browser.post(`${at.pathname}/sign-in`))).redirectTo).pathname,
    ).catch(() => at)
    const details = await must(ada.browser.get(`${consent.pathname}/details`))
    const offered = details.scopes.find((one: Json) => one.scope === 'patient/Observation.rs').narrower
    assert.ok(offered.some((one: Json) => one.scope.endsWith('|laboratory') && one.says === 'See your lab results'))
    const narrow = [
      'patient/Patient.rs',
      `patient/Observation.rs?category=${LAB}`,
      'patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item',
    ]
    const back = await interact(ada.browser, consent, { scopes: narrow })
    const { json: told } = await exchange(running, app, back.searchParams.get('code') ?? '', verifier)
    assert.equal(told.scope, `launch/patient openid ${narrow.join(' ')}`)
    assert.deepEqual(await found(running, told.access_token, '/Observation?patient=ada'), ['ada-lab'])
    assert.deepEqual(await found(running, told.access_token, '/Condition?patient=ada'), ['ada-problem'])
  })

  assert.doesNotMatch(running.log(), /defect/)
})
