import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type App,
  authorize,
  authorizeUrl,
  challengeOf,
  exchange,
  follow,
  launch,
  REDIRECT,
  refresh,
  send,
  verifierOf,
} from '../acting-as-app.ts'
import { enrolStaff, must, openBrowser } from '../browsing.ts'
import { dpopProof, EVERYTHING, jwt, keyedApp, newKeys, publicApp, readAs, startHospital } from '../smart-hospital.ts'

const SCOPE = 'launch/patient openid fhirUser offline_access patient/*.rs'

test('apps and their tokens are attacked, in vain', async (t) => {
  const hospital = await startHospital(t)
  const { running, ada, amara } = hospital
  const app: App = { clientId: 'web-app' }
  await hospital.client(app.clientId, ...publicApp)
  await hospital.client('other-app', '--public', '--redirect-uri', 'http://localhost:9/other', '--scope', EVERYTHING)
  const asked = (more: Record<string, string | undefined>) =>
    follow(ada.browser, authorizeUrl(running, app, SCOPE, verifierOf(), more))
  const toldToApp = async (more: Record<string, string | undefined>): Promise<string | null> => {
    const back = await asked(more)
    assert.equal(`${back.origin}${back.pathname}`, REDIRECT)
    assert.equal(back.searchParams.get('code'), null)
    return back.searchParams.get('error')
  }

  for (const [what, aud] of [
    ['no audience', undefined],
    ['another server as audience', 'https://elsewhere.example/fhir'],
    ['our root as audience', running.url],
    ['our audience with more behind it', `${running.fhir}/Patient`],
    ['our audience with another port', running.fhir.replace(/:\d+/, ':1')],
  ] as const)
    await t.test(`g10_smart_invalid_aud: ${what} is refused`, async () =>
      assert.equal(await toldToApp({ aud }), 'invalid_target'),
    )
  await t.test('a second, foreign resource is refused', async () =>
    assert.equal(await toldToApp({ resource: 'https://elsewhere.example' }), 'invalid_target'),
  )

  await t.test('without PKCE nobody is asked', async () =>
    assert.equal(await toldToApp({ code_challenge: undefined, code_challenge_method: undefined }), 'invalid_request'),
  )
  await t.test('plain PKCE is refused', async () => {
    const verifier = verifierOf()
    assert.equal(await toldToApp({ code_challenge: verifier, code_challenge_method: 'plain' }), 'invalid_request')
    assert.equal(
      await toldToApp({ code_challenge: challengeOf(verifier), code_challenge_method: undefined }),
      'invalid_request',
    )
  })
  for (const [what, verifier] of [
    ['another verifier', verifierOf()],
    ['the challenge as verifier', 'challenge'],
    ['none', ''],
  ] as const)
    await t.test(`invalid_pkce_request: a code with ${what} is refused`, async () => {
      const { code, verifier: right } = await authorize(running, ada.browser, app, SCOPE)
      const given = verifier === 'challenge' ? challengeOf(right) : verifier
      const { status, json } = await exchange(running, app, code, given)
      assert.equal(status, 400)
      assert.match(json.error, /invalid_grant|invalid_request/)
    })

  await t.test(
    'g10_smart_invalid_token_request_stu2: a code that is none, and a code of another app, are refused',
    async () => {
      assert.equal((await exchange(running, app, 'no-code', verifierOf())).json.error, 'invalid_grant')
      const { code, verifier } = await authorize(running, ada.browser, app, SCOPE)
      const other: App = { clientId: 'other-app', redirectUri: REDIRECT }
      assert.equal((await exchange(running, other, code, verifier)).json.error, 'invalid_grant')
      assert.equal((await exchange(running, { clientId: 'nobody' }, code, verifier)).json.error, 'invalid_client')
      const elsewhere: App = { ...app, redirectUri: 'http://localhost:9/other' }
      assert.equal((await exchange(running, elsewhere, code, verifier)).json.error, 'invalid_grant')
    },
  )

  for (const redirect_uri of [
    'https://evil.example/callback',
    `${REDIRECT}/more`,
    `${REDIRECT}?more=1`,
    `${REDIRECT}#`,
    REDIRECT.replace('localhost', '127.0.0.1'),
    REDIRECT.replace(':9', ':10'),
    'http://localhost:9@evil.example/callback',
    '//evil.example',
    'javascript:alert(1)',
    'http://localhost:9/other',
  ])
    await t.test(`a foreign redirect is not followed, with an error neither: ${redirect_uri}`, async () => {
      await assert.rejects(asked({ redirect_uri }), /400/)
      await assert.rejects(asked({ redirect_uri, aud: 'https://elsewhere.example' }), /400/)
      await assert.rejects(asked({ redirect_uri, prompt: 'none' }), /400/)
    })
  await t.test('a resumed request does not become another: nothing in its address counts', async () => {
    const at = await asked({})
    const { redirectTo } = await must(ada.browser.post(`${at.pathname}/consent`, { scopes: ['patient/*.rs'] }))
    const { pathname } = new URL(redirectTo)
    const back = await follow(
      ada.browser,
      `${pathname}?redirect_uri=https://evil.example&state=altered&scope=user/*.cruds`,
    )
    assert.equal(`${back.origin}${back.pathname}`, REDIRECT)
    assert.equal(back.searchParams.get('state'), 'a-state-of-the-app', 'the state is the app’s own')
  })
  await t.test('a request is answered once, by the browser it began in', async () => {
    const at = await asked({})
    const { redirectTo } = await must(ada.browser.post(`${at.pathname}/consent`, { scopes: ['patient/*.rs'] }))
    const { pathname } = new URL(redirectTo)
    await assert.rejects(follow(openBrowser(running.url), pathname), /400/)
    await assert.rejects(follow(amara.browser, pathname), /400/)
    assert.ok((await follow(ada.browser, pathname)).searchParams.get('code'))
    await assert.rejects(follow(ada.browser, pathname), /400/)
    assert.equal((await openBrowser(running.url).get(`${at.pathname}/details`)).status, 404)
    assert.equal((await amara.browser.post(`${at.pathname}/consent`, { scopes: ['patient/*.rs'] })).status, 404)
  })
  await t.test('another site does not consent for anybody', async () => {
    const at = await asked({})
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'content-type': 'text/plain' },
    ] as const) {
      const { status, json } = await ada.browser.call(
        'POST',
        `${at.pathname}/consent`,
        { scopes: ['patient/*.rs'] },
        headers,
      )
      assert.deepEqual([status, json.code], [403, 'request.origin'])
    }
    const { headers } = await ada.browser.get(at.pathname)
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  })
  await t.test('nobody allows more than was asked for, or for another patient than their own', async () => {
    const at = await follow(ada.browser, authorizeUrl(running, app, 'launch/patient patient/Patient.rs', verifierOf()))
    assert.equal(
      (await ada.browser.post(`${at.pathname}/consent`, { scopes: ['patient/*.rs'], patient: 'bob' })).status,
      400,
    )
    const { code, verifier } = await authorize(running, ada.browser, app, 'launch/patient patient/Patient.rs', {
      choice: { scopes: ['user/*.cruds', 'patient/*.rs', 'patient/Patient.rs'] },
    })
    assert.equal((await exchange(running, app, code, verifier)).json.scope, 'launch/patient patient/Patient.rs')
  })
  await t.test('a consent that waits is not finished by who signs in after', async () => {
    const shared = openBrowser(running.url, new Map(ada.browser.cookies))
    const at = await follow(shared, authorizeUrl(running, app, SCOPE, verifierOf()))
    shared.cookies.set('__Host-chartwarden-session', amara.browser.cookies.get('__Host-chartwarden-session') as string)
    assert.equal((await shared.post(`${at.pathname}/consent`, { scopes: ['patient/*.rs'] })).status, 409)
  })

  await t.test('a code used twice ends what came of it', async () => {
    const { code, verifier } = await authorize(running, ada.browser, app, SCOPE)
    const { json } = await exchange(running, app, code, verifier)
    assert.equal((await readAs(running, json.access_token, '/Patient/ada')).status, 200)
    assert.equal((await exchange(running, app, code, verifier)).json.error, 'invalid_grant')
    assert.equal((await readAs(running, json.access_token, '/Patient/ada')).status, 401)
    assert.equal((await refresh(running, app, json.refresh_token)).json.error, 'invalid_grant')
  })
  await t.test('a code used by two at once serves one at most', async () => {
    const { code, verifier } = await authorize(running, ada.browser, app, SCOPE)
    const both = await Promise.all([1, 2, 3].map(() => exchange(running, app, code, verifier)))
    assert.ok(both.filter((one) => one.status === 200).length <= 1)
  })
  await t.test('a refresh token used twice ends the whole grant', async () => {
    const first = await launch(running, ada.browser, app, SCOPE)
    const second = (await refresh(running, app, first.refresh_token)).json
    assert.equal((await refresh(running, app, first.refresh_token)).json.error, 'invalid_grant')
    assert.equal((await refresh(running, app, second.refresh_token)).json.error, 'invalid_grant')
    for (const { access_token } of [first, second])
      assert.equal((await readAs(running, access_token, '/Patient/ada')).status, 401)
  })
  await t.test('who names no client refreshes a public app’s token, and no other', async () => {
    const nobody: App = { clientId: '', proof: () => ({}) }
    const { refresh_token } = await launch(running, ada.browser, app, SCOPE)
    const again = await refresh(running, nobody, refresh_token)
    assert.equal(again.status, 200)
    assert.equal((await refresh(running, nobody, refresh_token)).json.error, 'invalid_grant', 'once')
    const mine = newKeys(running, 'ES384')
    await hospital.client('keyed-app', '--jwks', mine.file, '--redirect-uri', REDIRECT, '--scope', EVERYTHING)
    const keyed = await launch(running, ada.browser, keyedApp(running, 'keyed-app', mine), SCOPE)
    assert.ok((await refresh(running, nobody, keyed.refresh_token)).status >= 400)
    assert.ok((await refresh(running, { clientId: 'keyed-app' }, keyed.refresh_token)).status >= 400)
  })
  await t.test('a refresh token of another app is refused, and does not grow', async () => {
    const { refresh_token } = await launch(
      running,
      ada.browser,
      app,
      'launch/patient openid offline_access patient/Patient.rs',
    )
    assert.equal((await refresh(running, { clientId: 'other-app' }, refresh_token)).json.error, 'invalid_grant')
    assert.equal((await refresh(running, app, refresh_token, { scope: 'patient/*.rs' })).json.error, 'invalid_scope')
    assert.equal(
      (await refresh(running, app, refresh_token, { resource: 'https://elsewhere.example' })).json.error,
      'invalid_target',
    )
  })

  await t.test('a token in an address, of another audience, expired, made up or altered opens nothing', async () => {
    const { access_token, id_token } = await launch(running, ada.browser, app, SCOPE)
    assert.equal((await fetch(`${running.fhir}/Patient/ada?access_token=${access_token}`)).status, 401)
    const altered = `${access_token.slice(0, -1)}${access_token.endsWith('A') ? 'B' : 'A'}`
    const none = jwt({ alg: 'none' }, { sub: 'ada', aud: running.fhir, scope: 'patient/*.rs', exp: 9999999999 })
    for (const token of [altered, id_token, none, 'cwt_', `cwt_${'A'.repeat(43)}`, randomUUID()])
      assert.equal((await readAs(running, token, '/Patient/ada')).status, 401)
    const database = await running.database()
    await database.query(
      `update access_tokens set expires_at = now() - interval '1 second' where account_id is not null`,
    )
    await sleep(300)
    assert.equal((await readAs(running, access_token, '/Patient/ada')).status, 401)
  })
  await t.test('a token row is worth nothing to who moves it: it is sealed to its place', async () => {
    const one = await launch(running, ada.browser, app, SCOPE)
    const two = await launch(running, amara.browser, app, 'openid offline_access user/*.rs')
    const database = await running.database()
    const rows = await database.query(
      `select token_hash, sealed, account_id from access_tokens where expires_at > now() and account_id is not null`,
    )
    assert.equal(rows.length, 2)
    await database.query(`update access_tokens set sealed = $1 where token_hash = $2`, [
      rows[1]?.sealed,
      rows[0]?.token_hash,
    ])
    await sleep(300)
    const statuses = await Promise.all(
      [one, two].map(async ({ access_token }) => (await readAs(running, access_token, '/Patient/bob')).status),
    )
    assert.ok(statuses.includes(500), `${statuses}`)
    await database.query('delete from access_tokens where account_id is not null')
  })

  await t.test('who leaves, or changes role, does so with the next request', async () => {
    const noor = await hospital.newPerson('noor')
    const { access_token, refresh_token } = await launch(running, noor.browser, app, 'openid offline_access user/*.rs')
    assert.equal((await readAs(running, access_token, '/Patient?family=x')).status, 200)
    const gone = new Date(Date.now() - 1000).toISOString()
    await enrolStaff(running, [`noor,Noor Haddadi,nurse,${gone}`], 'username,name,role,employed_until')
    assert.equal((await readAs(running, access_token, '/Patient?family=x')).status, 401)
    assert.equal((await refresh(running, app, refresh_token)).json.error, 'invalid_grant')
  })

  await t.test('the host a request names is not believed', async () => {
    for (const headers of [
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { forwarded: 'host=evil.example' },
    ])
      for (const path of ['/.well-known/openid-configuration', '/fhir/.well-known/smart-configuration'])
        assert.doesNotMatch(
          await (await fetch(`${running.url}${path}`, { headers: headers as Record<string, string> })).text(),
          /evil/,
        )
  })

  const keys = newKeys(running, 'ES256')
  const others = newKeys(running, 'ES256')
  const tokenUrl = `${running.url}/oauth/token`
  const bound: App = { clientId: 'bound-app', headers: async (method, url) => ({ dpop: dpopProof(keys, method, url) }) }
  await hospital.client('bound-app', '--public', '--redirect-uri', REDIRECT, '--scope', EVERYTHING, '--require-dpop')
  await t.test('an app that must prove its key gets no token without', async () => {
    const { code, verifier } = await authorize(running, ada.browser, bound, SCOPE)
    assert.equal((await exchange(running, { clientId: 'bound-app' }, code, verifier)).json.error, 'invalid_grant')
  })
  const { access_token: token, token_type, refresh_token } = await launch(running, ada.browser, bound, SCOPE)
  const ask = (proof: string | undefined, scheme = 'DPoP', path = '/Patient/ada') =>
    fetch(`${running.fhir}${path}`, {
      headers: { authorization: `${scheme} ${token}`, ...(proof !== undefined && { dpop: proof }) },
    })
  const url = `${running.fhir}/Patient/ada`
  await t.test('a token bound to a key opens with the key', async () => {
    assert.equal(token_type, 'DPoP')
    assert.equal((await ask(dpopProof(keys, 'GET', url, token))).status, 200)
    const search = `${running.fhir}/Observation`
    assert.equal((await ask(dpopProof(keys, 'GET', search, token), 'DPoP', '/Observation?patient=ada')).status, 200)
  })
  const now = Math.floor(Date.now() / 1000)
  const spent = dpopProof(keys, 'GET', url, token)
  await ask(spent)
  for (const [what, proof] of [
    ['no proof', undefined],
    ['a proof used before', spent],
    ['a proof of another key', dpopProof(others, 'GET', url, token)],
    ['a proof for another method', dpopProof(keys, 'POST', url, token)],
    ['a proof for another address', dpopProof(keys, 'GET', `${running.fhir}/Patient/bob`, token)],
    ['a proof for another token', dpopProof(keys, 'GET', url, 'cwt_other')],
    ['a proof for no token', dpopProof(keys, 'GET', url)],
    ['an old proof', dpopProof(keys, 'GET', url, token, { payload: { iat: now - 600 } })],
    ['a proof of the future', dpopProof(keys, 'GET', url, token, { payload: { iat: now + 600 } })],
    ['a proof without an id', dpopProof(keys, 'GET', url, token, { payload: { jti: undefined } })],
    ['a proof of another type', dpopProof(keys, 'GET', url, token, { header: { typ: 'JWT' } })],
    [
      'an unsigned proof',
      jwt({ typ: 'dpop+jwt', alg: 'none', jwk: keys.jwk }, { jti: 'x', iat: now, htm: 'GET', htu: url }),
    ],
    ['a proof that is none', 'proof'],
  ] as const)
    await t.test(`${what} opens nothing`, async () => {
      const response = await ask(proof)
      assert.equal(response.status, 401)
      assert.match(response.headers.get('www-authenticate') ?? '', /DPoP/)
    })
  await t.test('nor does a bound token as a bearer’s, or a bearer’s as a bound one', async () => {
    assert.equal((await ask(dpopProof(keys, 'GET', url, token), 'Bearer')).status, 401)
    assert.equal((await ask(undefined, 'Bearer')).status, 401)
    const { access_token } = await launch(running, ada.browser, app, SCOPE)
    const headers = { authorization: `DPoP ${access_token}`, dpop: dpopProof(keys, 'GET', url, access_token) }
    assert.equal((await fetch(url, { headers })).status, 401)
  })
  await t.test('its refresh token needs the same key', async () => {
    const stolen: App = { ...bound, headers: async (method) => ({ dpop: dpopProof(others, method, tokenUrl) }) }
    assert.equal((await refresh(running, stolen, refresh_token)).json.error, 'invalid_grant')
    assert.equal((await refresh(running, bound, refresh_token)).status, 200)
  })
  await t.test('a key for ID tokens is changed, and tokens signed by the one before still verify', async () => {
    const before = (await (await fetch(`${running.url}/oauth/jwks`)).json()) as { keys: { kid: string }[] }
    const { answer } = await running.cli('keys', 'rotate', '--oauth')
    assert.deepEqual(answer.retired, [before.keys[0]?.kid])
    await sleep(10_500)
    const after = (await (await fetch(`${running.url}/oauth/jwks`)).json()) as { keys: { kid: string }[] }
    assert.deepEqual(after.keys.map((key) => key.kid).sort(), [before.keys[0]?.kid, answer.kid].sort())
  })
  await t.test('nothing of it failed, and no secret is in the log', async () => {
    const log = running.log()
    assert.ok((log.match(/defect/g) ?? []).length <= 2, log)
    assert.doesNotMatch(log, /cwt_|eyJ/)
    assert.equal((await send(running, app, 'introspect', { token: 'x' })).json.active, false)
  })
})
