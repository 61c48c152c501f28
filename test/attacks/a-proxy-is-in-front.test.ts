import assert from 'node:assert/strict'
import test from 'node:test'
import { authorizeUrl, REDIRECT, verifierOf } from '../acting-as-app.ts'
import { startRunning } from '../running.ts'

const PUBLIC = 'https://ehr.example'

test('behind a proxy that ends TLS, what OAuth says and sets is for the public address', async (t) => {
  const settings = {
    CHARTWARDEN_PUBLIC_URL: PUBLIC,
    CHARTWARDEN_PORT: '18431',
    CHARTWARDEN_TRUSTED_PROXIES: '127.0.0.1',
  }
  const running = await startRunning(t, { settings })
  const { answer } = await running.cli('client', 'add', 'secret', '--secret')
  await running.cli('client', 'add', 'app', '--public', '--redirect-uri', REDIRECT, '--scope', 'openid patient/*.rs')
  const at = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:18431${path}`, { redirect: 'manual', ...init })

  const config = await (await at('/fhir/.well-known/smart-configuration')).text()
  assert.match(config, /"token_endpoint":"https:\/\/ehr\.example\/oauth\/token"/)
  assert.doesNotMatch(config, /client_secret|confidential-symmetric/, 'no secret is offered over a network')
  assert.doesNotMatch(await (await at('/.well-known/openid-configuration')).text(), /127\.0\.0\.1|client_secret/)

  const app = { clientId: 'app' }
  const asked = await at(authorizeUrl({ ...running, fhir: `${PUBLIC}/fhir` }, app, 'openid patient/*.rs', verifierOf()))
  assert.match(asked.headers.get('location') ?? '', /^\/interaction\//)
  const cookies = asked.headers.getSetCookie()
  assert.ok(cookies.length > 0)
  for (const cookie of cookies) assert.match(cookie, /; secure; httponly/i)

  for (const forwarded of [{}, { 'x-forwarded-for': '203.0.113.7' }] as Record<string, string>[]) {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'secret',
      client_secret: answer.secret,
    })
    assert.equal((await at('/oauth/token', { method: 'POST', body, headers: forwarded })).status, 401)
  }
})
