import assert from 'node:assert/strict'
import test from 'node:test'
import { enrolStaff } from '../browsing.ts'
import { openChromium, withoutChromium } from '../chromium.ts'
import { startRunning } from '../running.ts'

/** Signs in from within the page, as a script of an attacker's page would; what the server or the browser says. */
const SIGN_IN = `async (answer) => {
  const post = async (path, body) => {
    const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    return { status: response.status, json: await response.json() }
  }
  try {
    const options = (await post('/api/sign-in/passkey/options', {})).json
    const response = answer ?? (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })).toJSON()
    return { ...(await post('/api/sign-in/passkey', { response })), response }
  } catch (error) {
    return { thrown: error.name }
  }
}`
type Told = { status?: number; json?: { code?: string }; response?: unknown; thrown?: string }

test('a passkey in a real browser signs in at its own place, once for each challenge, and not as a clone', {
  skip: withoutChromium,
}, async (t) => {
  const openPerson = await openChromium(t)
  const running = await startRunning(t)
  const links = await enrolStaff(running, ['wren,Wren Tallis,nurse,Ward 3,'])
  const { page, finger, passkeys } = await openPerson()
  await finger(true)
  await page.goto(`${running.url}/enrol#${links.wren}`)
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.getByRole('heading', { name: 'Your passkey is ready' }).waitFor()
  const signIn = (on: typeof page, answer?: unknown): Promise<Told> =>
    on.evaluate(`(${SIGN_IN})(${JSON.stringify(answer) ?? 'undefined'})`)

  const first = await signIn(page)
  assert.equal(first.status, 200)
  await t.test('the same answer again is refused', async () => {
    const { status, json } = await signIn(page, first.response)
    assert.deepEqual([status, json?.code], [401, 'identity.refused'])
  })
  await t.test('a clone that was used less is refused', async () => {
    const [passkey] = await passkeys()
    const thief = await openPerson()
    await thief.take({ ...(passkey as NonNullable<typeof passkey>), signCount: 0 })
    await thief.finger(true)
    await thief.page.goto(`${running.url}/sign-in`)
    const { status, json } = await signIn(thief.page)
    assert.deepEqual([status, json?.code], [401, 'identity.refused'])
    assert.equal((await signIn(page)).status, 200, 'the person themself goes on')
  })
  await t.test('on another origin the browser itself does not use it', async () => {
    const victim = await openPerson()
    const [passkey] = await passkeys()
    await victim.take(passkey as NonNullable<typeof passkey>)
    await victim.finger(true)
    await victim.page.route('http://phish.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<h1>Sign in</h1>' }),
    )
    await victim.page.goto('http://phish.example/sign-in')
    const { status, thrown } = await signIn(victim.page)
    assert.equal(status, undefined)
    assert.ok(thrown !== undefined, 'nothing was signed')
  })
})
