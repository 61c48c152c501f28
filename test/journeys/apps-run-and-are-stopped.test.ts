/** The SMART App Launch tests of Inferno, by their ids (test/inferno.json): apps in charts and in browsers, and their end. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeJwt } from 'jose'
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
  LAUNCH_URI,
  newKeys,
  publicApp,
  readAs,
  startHospital,
} from '../smart-hospital.ts'

const FULL = 'launch/patient openid fhirUser offline_access patient/*.rs'
const ORIGIN = new URL(REDIRECT).origin

test('apps are started from charts, run in browsers, and are stopped', async (t) => {
  const hospital = await startHospital(t)
  const { running, ada, amara } = hospital
  const app: App = { clientId: 'web-app' }
  await hospital.client(app.clientId, ...publicApp)
  const keys = newKeys(running, 'ES384')
  await hospital.client('keyed-es384', '--jwks', keys.file, '--redirect-uri', REDIRECT, '--scope', EVERYTHING)
  const reader = await launch(running, ada.browser, app, FULL)

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
    assert.equal(allowed(await readAs(running, reader.access_token, '/Patient/ada', { origin: ORIGIN })), ORIGIN)
  })
  await t.test('a page that is no app’s may not, and cookies never go along', async () => {
    for (const url of [`${running.url}/oauth/token`, `${running.fhir}/Patient/ada`])
      assert.equal(allowed(await preflight(url, 'https://elsewhere.example')), null)
    const read = await readAs(running, reader.access_token, '/Patient/ada', {
      origin: 'https://elsewhere.example',
    })
    assert.equal(allowed(read), null)
    const cross: App = { ...app, headers: async () => ({ origin: 'https://elsewhere.example' }) }
    assert.equal((await refresh(running, cross, 'x')).headers.get('access-control-allow-origin'), null)
    const ours = await readAs(running, reader.access_token, '/Patient/ada', { origin: ORIGIN })
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
    assert.equal((await readAs(running, one.access_token, '/Patient/ada')).status, 401)
    const left = (await ada.browser.get('/api/apps')).json.apps
    assert.ok(left.every((each: Json) => each.name !== 'web-app'))
  })
  await t.test('an app revokes its own token, and no other app’s', async () => {
    const { access_token } = await launch(running, ada.browser, app, FULL)
    const stranger = keyedApp(running, 'keyed-es384', keys)
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
    await launch(running, ada.browser, keyedApp(running, 'keyed-es384', keys), FULL)
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
