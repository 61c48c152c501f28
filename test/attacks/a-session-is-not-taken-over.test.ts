import assert from 'node:assert/strict'
import test from 'node:test'
import { enrolStaff, enrolWithPasskey, must, openBrowser, signInWithPasskey } from '../browsing.ts'
import { sendRaw } from '../raw-http.ts'
import { startRunning } from '../running.ts'

const SESSION = '__Host-chartwarden-session'

test('a session cannot be fixed, forged, replayed or driven from another site', async (t) => {
  const running = await startRunning(t, { clients: {} })
  const links = await enrolStaff(running, ['wren,Wren Tallis,nurse,Ward 3,'])
  const own = openBrowser(running.url)
  const passkey = await enrolWithPasskey(own, links.wren as string)

  await t.test('fixation: a secret that was there before is worth nothing after the sign-in', async () => {
    const planted = 'A'.repeat(43)
    const victim = openBrowser(running.url, new Map([[SESSION, planted]]))
    assert.equal((await signInWithPasskey(victim, passkey)).status, 200)
    assert.notEqual(victim.cookies.get(SESSION), planted)
    const attacker = openBrowser(running.url, new Map([[SESSION, planted]]))
    assert.equal((await must(attacker.get('/api/session'))).session, null)
  })
  await t.test('a proof of presence gives a new secret, and the old one ends', async () => {
    const before = new Map(own.cookies)
    const options = await must(own.post('/api/step-up/passkey/options'))
    await must(own.post('/api/step-up/passkey', { response: passkey.get(options) }))
    assert.notEqual(own.cookies.get(SESSION), before.get(SESSION))
    assert.equal((await must(openBrowser(running.url, before).get('/api/session'))).session, null)
  })
  await t.test('signing out ends it at the server', async () => {
    const browser = openBrowser(running.url)
    assert.equal((await signInWithPasskey(browser, passkey)).status, 200)
    const stolen = new Map(browser.cookies)
    await must(browser.post('/api/sign-out', {}))
    assert.equal((await must(openBrowser(running.url, stolen).get('/api/session'))).session, null)
  })
  await t.test('CSRF: a write from another origin, from none, or as a form is refused and does nothing', async () => {
    const forms: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `${running.url}.evil.example` },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ]
    for (const headers of forms) {
      const { status, json } = await own.call('POST', '/api/sign-out', { everywhere: true }, headers)
      assert.ok([403, 415].includes(status), `${JSON.stringify(headers)}: ${status} ${JSON.stringify(json)}`)
    }
    assert.notEqual((await must(own.get('/api/session'))).session, null)
  })
  await t.test(
    'pages: nobody may frame them, no script but ours runs, and the Host header names no address',
    async () => {
      const page = await fetch(`${running.url}/interaction/x`)
      assert.equal(page.status, 200)
      const policy = page.headers.get('content-security-policy') ?? ''
      assert.match(policy, /frame-ancestors 'none'/)
      assert.match(policy, /script-src 'self'(;|$)/)
      assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
      assert.doesNotMatch(await page.text(), /<script(?![^>]* src=)[^>]*>|__CSP_NONCE__/)
      const nonces = await Promise.all(
        [1, 2].map(
          async () =>
            /nonce-([\w-]+)/.exec(
              (await fetch(`${running.url}/sign-in`)).headers.get('content-security-policy') ?? '',
            )?.[1],
        ),
      )
      assert.notEqual(nonces[0], nonces[1])
      const poisoned = await sendRaw(
        running.url,
        'GET /enrol HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      )
      assert.match(poisoned, /^HTTP\/1.1 307/)
      assert.match(poisoned, new RegExp(`location: ${running.url}/enrol\r\n`, 'i'))
      assert.doesNotMatch(poisoned, /evil/)
    },
  )
  await t.test('no secret is in the server’s log', () => {
    for (const secret of [...own.cookies.values(), links.wren as string]) assert.ok(!running.log().includes(secret))
  })
})
