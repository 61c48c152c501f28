import assert from 'node:assert/strict'
import test from 'node:test'
import { type App, authorize, launch, REDIRECT, refresh, send } from '../acting-as-app.ts'
import { askAs, type Json, resourcesOf } from '../asking.ts'
import { must } from '../browsing.ts'
import { EVERYTHING, keyedApp, newKeys, publicApp, startHospital } from '../smart-hospital.ts'

const SCOPE = 'launch/patient openid offline_access patient/*.rs'

test('what happens to apps, consents and tokens is in the ledger, under the names of both', async (t) => {
  const hospital = await startHospital(t)
  const { running, ada, amara } = hospital
  const app: App = { clientId: 'web-app' }
  const keys = newKeys(running, 'ES384')
  const keyed = keyedApp(running, 'keyed-app', keys)
  await hospital.client('web-app', ...publicApp)
  await hospital.client(
    'keyed-app',
    '--jwks',
    keys.file,
    '--redirect-uri',
    REDIRECT,
    '--scope',
    `${EVERYTHING} system/*.rs`,
  )

  const tokens = await launch(running, ada.browser, app, SCOPE)
  await refresh(running, app, tokens.refresh_token)
  await refresh(running, app, tokens.refresh_token)
  await authorize(running, ada.browser, app, SCOPE, { choice: { refuse: true } })
  await authorize(running, ada.browser, app, SCOPE, { more: { aud: 'https://elsewhere.example' } })
  await send(running, keyed, 'token', { grant_type: 'client_credentials', scope: 'system/*.rs' })
  await launch(running, ada.browser, keyed, SCOPE)
  await authorize(running, ada.browser, keyed, SCOPE)
  const again = await launch(running, ada.browser, app, SCOPE)
  await send(running, app, 'revoke', { token: again.access_token })
  await must(amara.browser.post('/api/launches', { client: 'web-app', patient: 'ada' }))
  for (const { id } of (await ada.browser.get('/api/apps')).json.apps)
    await must(ada.browser.call('DELETE', `/api/apps/${id}`))
  const metadata = { redirect_uris: [REDIRECT], scope: SCOPE }
  const headers = { 'content-type': 'application/json' }
  const registered = await fetch(`${running.url}/oauth/register`, {
    method: 'POST',
    headers,
    body: JSON.stringify(metadata),
  })
  const { client_id } = (await registered.json()) as { client_id: string }
  await running.cli('client', 'approve', client_id)
  await running.cli('client', 'revoke', client_id)

  const ask = await askAs(running, 'loader')
  const events = resourcesOf(await ask('GET', '/AuditEvent?_count=500'))
  const of = (code: string): Json[] => events.filter((one) => one.subtype.some((each: Json) => each.code === code))
  const codes = [
    'token-issued',
    'token-refreshed',
    'token-refused',
    'token-revoked',
    'authorization-refused',
    'consent-given',
    'consent-refused',
    'consent-remembered',
    'consent-withdrawn',
    'client-key-first-used',
    'client-registered',
    'client-approved',
    'client-revoked',
    'client-added',
  ]
  assert.deepEqual(
    codes.filter((code) => of(code).length === 0),
    [],
  )
  assert.ok(of('token-refused').every((one) => one.outcome === '4'))
  const text = JSON.stringify(of('token-refreshed'))
  assert.match(text, /"ada"/)
  assert.match(text, /web-app/)
  assert.equal(of('client-key-first-used').length, 1)
  for (const secret of [tokens.access_token, tokens.refresh_token, again.access_token])
    assert.ok(!JSON.stringify(events).includes(secret), 'no secret is in an entry')
})
