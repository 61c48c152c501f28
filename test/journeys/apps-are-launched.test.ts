/** The SMART App Launch tests of Inferno, by their ids (test/inferno.json): what an app does, from discovery to the end. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
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
import {
  EVERYTHING,
  found,
  keyedApp,
  LAB,
  LAUNCH_URI,
  newKeys,
  publicApp,
  readAs,
  startHospital,
} from '../smart-hospital.ts'

const FULL = 'launch/patient openid fhirUser offline_access patient/*.rs'
const ORIGIN = new URL(REDIRECT).origin

test('apps are launched, and do what people allowed', async (t) => {
  const hospital = await startHospital(t)
  const { running, ada, amara } = hospital
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
    const required = [
      'launch-ehr',
      'launch-standalone',
      'authorize-post',
      'client-public',
      'client-confidential-asymmetric',
      'client-confidential-symmetric',
      'sso-openid-connect',
      'context-banner',
      'context-ehr-patient',
      'context-ehr-encounter',
      'context-standalone-patient',
      'permission-offline',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
    ]
    assert.deepEqual(
      required.filter((one) => !smart.capabilities.includes(one)),
      [],
    )
  })

  await t.test('smart_openid_retrieve_configuration: OpenID discovery is there', () =>
    assert.equal(openid.issuer, running.url),
  )
  await t.test('smart_openid_required_configuration_fields: it has the required members, and RS256', () => {
    for (const member of [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'response_types_supported',
      'subject_types_supported',
      'id_token_signing_alg_values_supported',
    ])
      assert.ok(openid[member], member)
    assert.deepEqual(openid.id_token_signing_alg_values_supported, ['RS256'])
    for (const member of [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'introspection_endpoint',
      'userinfo_endpoint',
    ])
      assert.equal(openid[member], smart[member], member)
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

  const { launchable } = (await amara.browser.get('/api/apps')).json
  const { url } = await must(
    amara.browser.post('/api/launches', { client: app.clientId, patient: 'ada', encounter: 'ada-visit' }),
  )
  const started = new URL(url)
  const more = { launch: started.searchParams.get('launch') as string }
  await t.test('smart_app_launch: a doctor starts an app from our pages, in one patient’s chart', () => {
    assert.ok(launchable.some((one: Json) => one.id === app.clientId))
    assert.equal(`${started.origin}${started.pathname}`, LAUNCH_URI)
  })
  await t.test('smart_launch_received: the app is told where, and a launch', () => {
    assert.equal(started.searchParams.get('iss'), running.fhir)
    assert.ok(more.launch.length >= 32)
  })
  const begun = await launch(running, amara.browser, app, 'launch openid fhirUser patient/*.rs', { more })
  await t.test('g10_patient_scope: scopes of the patient are granted', () => {
    assert.deepEqual([begun.patient, begun.scope], ['ada', 'launch openid fhirUser patient/*.rs'])
  })
  await t.test('g10_encounter_context: and the visit is told and read', async () => {
    assert.equal(begun.encounter, 'ada-visit')
    assert.equal((await readAs(running, begun.access_token, '/Encounter/ada-visit')).status, 200)
  })
  await t.test('g10_ehr_patient_launch_stu2_2: of that patient and of nobody else', async () => {
    assert.deepEqual(await found(running, begun.access_token, '/Observation?patient=ada'), [
      'ada-lab',
      'ada-plain',
      'ada-vital',
    ])
    assert.deepEqual(await found(running, begun.access_token, '/Observation?patient=bob'), [])
    assert.equal((await readAs(running, begun.access_token, '/Patient/bob')).status, 404)
  })
  await t.test('a launch is good once, for this person and this app', async () => {
    const { back } = await authorize(running, amara.browser, app, 'launch openid patient/*.rs', { more })
    assert.equal(back.searchParams.get('error'), 'invalid_request')
    const { url: another } = await must(amara.browser.post('/api/launches', { client: app.clientId, patient: 'ada' }))
    const stolen = { launch: new URL(another).searchParams.get('launch') as string }
    await assert.rejects(authorize(running, ada.browser, app, 'launch openid patient/*.rs', { more: stolen }), /403/)
  })
  await t.test('nobody starts an app in a chart they may not open', async () => {
    const begin = (context: Json) => amara.browser.post('/api/launches', { client: app.clientId, ...context })
    assert.equal((await begin({ patient: 'cleo' })).status, 404)
    assert.equal((await begin({ patient: 'bob', encounter: 'ada-visit' })).status, 404)
  })
  await t.test(
    'g10_smart_ehr_practitioner_app: a doctor’s app acts for the doctor: whom they care for, and no others',
    async () => {
      const told = await launch(running, amara.browser, app, 'openid fhirUser online_access user/*.rs')
      assert.deepEqual(await found(running, told.access_token, '/Patient?family=Bauer'), ['bob'])
      assert.deepEqual(await found(running, told.access_token, '/Patient?family=Castro'), [])
      assert.equal(told.patient, undefined)
      assert.ok(told.refresh_token)
    },
  )
  await t.test('a doctor chooses one of their patients for an app that needs one', async () => {
    const verifier = verifierOf()
    const at = await follow(amara.browser, authorizeUrl(running, app, 'launch/patient patient/*.rs', verifier))
    const find = async (text: string) => (await must(amara.browser.post(`${at.pathname}/patients`, { text }))).patients
    assert.deepEqual(await find('Bauer'), [{ id: 'bob', name: 'Test Bauer', birthDate: '1970-01-01' }])
    assert.deepEqual(await find('Castro'), [])
    assert.equal((await amara.browser.post(`${at.pathname}/consent`, { scopes: ['patient/*.rs'] })).status, 400)
    assert.equal(
      (await amara.browser.post(`${at.pathname}/consent`, { scopes: ['patient/*.rs'], patient: 'cleo' })).status,
      404,
    )
    const back = await interact(amara.browser, at, { patient: 'bob' })
    const { json: told } = await exchange(running, app, back.searchParams.get('code') ?? '', verifier)
    assert.equal(told.patient, 'bob')
  })

  await t.test('smart_cors_well_known_endpoint: any page may read the configuration', async () => {
    const response = await fetch(`${running.fhir}/.well-known/smart-configuration`, {
      headers: { origin: 'https://any.example' },
    })
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
  })
  const allowed = (response: Response) => response.headers.get('access-control-allow-origin')
  const preflight = (url: string, origin: string) =>
    fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, dpop',
      },
    })
  await t.test('smart_cors_metadata_request: an app’s page may read the capability statement', async () => {
    assert.equal(allowed(await fetch(`${running.fhir}/metadata`, { headers: { origin: ORIGIN } })), ORIGIN)
  })
  await t.test('smart_cors_token_exchange: and call the token endpoint', async () => {
    const asked = await preflight(`${running.url}/oauth/token`, ORIGIN)
    assert.deepEqual(
      [asked.status, allowed(asked), asked.headers.get('access-control-allow-headers')],
      [204, ORIGIN, 'authorization, dpop'],
    )
    const cross: App = { ...app, headers: async () => ({ origin: ORIGIN }) }
    const { code, verifier } = await authorize(running, ada.browser, app, FULL)
    assert.equal((await exchange(running, cross, code, verifier)).headers.get('access-control-allow-origin'), ORIGIN)
  })
  await t.test('smart_cors_openid_fhir_user_claim: and read records', async () => {
    assert.equal(allowed(await preflight(`${running.fhir}/Patient/ada`, ORIGIN)), ORIGIN)
    assert.equal(
      allowed(await readAs(running, refreshed.json.access_token, '/Patient/ada', { origin: ORIGIN })),
      ORIGIN,
    )
  })
  await t.test('a page that is no app’s may not, and cookies never go along', async () => {
    for (const url of [`${running.url}/oauth/token`, `${running.fhir}/Patient/ada`])
      assert.equal(allowed(await preflight(url, 'https://elsewhere.example')), null)
    const read = await readAs(running, refreshed.json.access_token, '/Patient/ada', {
      origin: 'https://elsewhere.example',
    })
    assert.equal(allowed(read), null)
    const cross: App = { ...app, headers: async () => ({ origin: 'https://elsewhere.example' }) }
    assert.equal((await refresh(running, cross, 'x')).headers.get('access-control-allow-origin'), null)
    const ours = await readAs(running, refreshed.json.access_token, '/Patient/ada', { origin: ORIGIN })
    assert.equal(ours.headers.get('access-control-allow-credentials'), null)
  })

  await t.test('g10_token_revocation: what a person stops ends at once, everywhere', async () => {
    const one = await launch(running, ada.browser, app, FULL)
    const other = await launch(running, ada.browser, app, FULL)
    const { apps } = (await ada.browser.get('/api/apps')).json
    const shown = apps.find((each: Json) => each.name === 'web-app')
    assert.deepEqual(shown.patient, { id: 'ada', name: 'Test Lindqvist', birthDate: '1970-01-01' })
    assert.ok(shown.scopes.some((each: Json) => each.says === 'See your health record'))
    await must(ada.browser.call('DELETE', `/api/apps/${shown.id}`))
    for (const { access_token, refresh_token } of [one, other]) {
      assert.deepEqual((await send(running, app, 'introspect', { token: access_token })).json, { active: false })
      assert.equal((await refresh(running, app, refresh_token)).json.error, 'invalid_grant')
    }
    await new Promise((resolve) => setTimeout(resolve, 1100))
    assert.equal((await readAs(running, one.access_token, '/Patient/ada')).status, 401)
    const left = (await ada.browser.get('/api/apps')).json.apps
    assert.ok(left.every((each: Json) => each.name !== 'web-app'))
  })
  await t.test('an app revokes its own token, and no other app’s', async () => {
    const { access_token } = await launch(running, ada.browser, app, FULL)
    const stranger = keyedApp(running, 'keyed-es384', keys.ES384)
    await send(running, stranger, 'revoke', { token: access_token })
    assert.equal((await send(running, app, 'introspect', { token: access_token })).json.active, true)
    assert.equal((await send(running, app, 'revoke', { token: access_token })).status, 200)
    assert.equal((await send(running, app, 'introspect', { token: access_token })).json.active, false)
  })
  await t.test('consent is asked each time of a public app, and remembered for one that keeps a secret', async () => {
    const again = async (who: App) => {
      const verifier = verifierOf()
      return follow(ada.browser, authorizeUrl(running, who, FULL, verifier))
    }
    assert.equal((await again(app)).origin, running.url)
    assert.equal((await again({ clientId: 'keyed-es384' })).origin, ORIGIN)
    const more = await follow(
      ada.browser,
      authorizeUrl(running, { clientId: 'keyed-es384' }, `${FULL} user/*.rs`, verifierOf()),
    )
    assert.equal(more.origin, running.url, 'more than before is asked for')
  })
  await t.test('with prompt=none nobody is asked: the app is told', async () => {
    const back = await follow(ada.browser, authorizeUrl(running, app, FULL, verifierOf(), { prompt: 'none' }))
    assert.equal(back.searchParams.get('error'), 'consent_required')
  })
  await t.test('an app may want a fresh proof that it is them', async () => {
    for (const wish of [{ prompt: 'login' }, { max_age: '0' }]) {
      const verifier = verifierOf()
      const began = Math.floor(Date.now() / 1000)
      await new Promise((resolve) => setTimeout(resolve, 1100))
      const at = await follow(ada.browser, authorizeUrl(running, app, FULL, verifier, wish as Record<string, string>))
      const { status, json: told } = await ada.browser.post(`${at.pathname}/sign-in`)
      assert.deepEqual([status, told.code], [403, 'identity.step-up'])
      const options = await must(ada.browser.post('/api/step-up/passkey/options'))
      await must(ada.browser.post('/api/step-up/passkey', { response: ada.authenticator.get(options) }))
      const back = await interact(ada.browser, at)
      const { json: fresh } = await exchange(running, app, back.searchParams.get('code') ?? '', verifier)
      assert.ok((decodeJwt(fresh.id_token).auth_time as number) > began)
    }
  })
  await t.test('with online_access an app ends with the session it was started from', async () => {
    const noor = await hospital.newPerson('noor')
    const told = await launch(running, noor.browser, app, 'openid online_access user/*.rs')
    const offline = await launch(running, noor.browser, app, 'openid offline_access user/*.rs')
    await must(noor.browser.post('/api/sign-out'))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    assert.equal((await readAs(running, told.access_token, '/Patient?family=x')).status, 401)
    assert.equal((await refresh(running, app, told.refresh_token)).json.error, 'invalid_grant')
    assert.equal((await readAs(running, offline.access_token, '/Patient?family=x')).status, 200)
  })
  await t.test('authorize-post: the request may be a form', async () => {
    const url = new URL(authorizeUrl(running, app, FULL, verifierOf()), running.url)
    const response = await fetch(`${running.url}/oauth/authorize`, {
      method: 'POST',
      redirect: 'manual',
      body: url.searchParams,
    })
    assert.equal(response.status, 303)
    const { pathname, search } = new URL(response.headers.get('location') ?? '')
    assert.match((await follow(ada.browser, pathname + search)).pathname, /^\/interaction\//)
  })
  await t.test('who refuses is not troubled further, and the app is told', async () => {
    const { back } = await authorize(running, ada.browser, app, FULL, { choice: { refuse: true } })
    assert.equal(back.searchParams.get('error'), 'access_denied')
    assert.equal(back.searchParams.get('state'), 'a-state-of-the-app')
  })
  await t.test('and the ledger is whole', async () => assert.equal((await running.cli('verify')).code, 0))
  assert.doesNotMatch(running.log(), /defect/)
})
