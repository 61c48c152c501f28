import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test from 'node:test'
import type { Json } from '../asking.ts'
import { enrolStaff, enrolWithPasskey, must, openBrowser, signInWithPasskey } from '../browsing.ts'
import { startRunning } from '../running.ts'
import { createSoftwareAuthenticator, type Misbehaves } from '../software-authenticator.ts'

const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const FORGERIES: Readonly<Record<string, Misbehaves>> = {
  'made on another origin (phishing)': { origin: 'http://localhost.evil.example' },
  'for another domain': { rpId: 'evil.example' },
  'over a challenge of its own': { challenge: Buffer.alloc(32, 7).toString('base64url') },
  'of another ceremony': { type: 'webauthn.payment' },
  'without checking who holds it': { unverified: true },
  'signed by another key': { signWith: foreign },
}

test('a passkey that is forged, replayed or cloned signs nobody in', async (t) => {
  const running = await startRunning(t, { clients: {} })
  const links = await enrolStaff(running, ['wren,Wren Tallis,nurse,Ward 3,', 'rook,Rook Ames,nurse,Ward 3,'])
  const passkey = await enrolWithPasskey(openBrowser(running.url), links.wren as string)
  const attacker = openBrowser(running.url)
  const refused = async (response: Json) => {
    const { status, json } = await attacker.post('/api/sign-in/passkey', { response })
    assert.equal(status, 401, JSON.stringify(json))
    assert.equal(json.code, 'identity.refused')
    assert.equal((await must(attacker.get('/api/session'))).session, null)
  }
  const options = () => must(attacker.post('/api/sign-in/passkey/options'))

  for (const [how, forgery] of Object.entries(FORGERIES))
    await t.test(`sign-in ${how}`, async () => refused(passkey.get(await options(), forgery)))

  await t.test('a response that was used', async () => {
    const response = passkey.get(await options())
    await must(openBrowser(running.url).post('/api/sign-in/passkey', { response }))
    await refused(response)
  })
  await t.test('a clone, whose counter did not grow', async () => {
    assert.equal((await signInWithPasskey(openBrowser(running.url), passkey)).status, 200)
    await refused(passkey.get(await options(), { counter: 1 }))
  })
  await t.test('what is no response at all', async () => {
    for (const response of [null, {}, 'x', { id: passkey.id }, { id: 7 }, { id: 'a'.repeat(5000) }])
      await refused(response)
  })
  await t.test('a challenge that was given to make a passkey does not sign in', async () => {
    const { rook } = links
    const browser = openBrowser(running.url)
    await must(browser.post('/api/enrolment/open', { token: rook }))
    const { challenge } = await must(browser.post('/api/enrolment/passkey/options', { token: rook }))
    await refused(passkey.get({ challenge, rpId: 'localhost' }))
  })

  await t.test('enrolment: the same forgeries make no passkey and leave the link unused', async () => {
    const token = links.rook
    const browser = openBrowser(running.url)
    const { rook } = await enrolAgain(running)
    assert.notEqual(rook, token)
    await must(browser.post('/api/enrolment/open', { token: rook }))
    for (const forgery of Object.values(FORGERIES).filter((one) => one.signWith === undefined)) {
      const fresh = createSoftwareAuthenticator(running.url)
      const made = fresh.create(await must(browser.post('/api/enrolment/passkey/options', { token: rook })), forgery)
      const told = await browser.post('/api/enrolment/passkey', { token: rook, response: made, name: 'x' })
      assert.equal(told.status, 401, JSON.stringify(told.json))
    }
    await enrolWithPasskey(browser, rook as string)
  })
  await t.test('it is the real one that still signs in', async () => {
    assert.equal((await signInWithPasskey(openBrowser(running.url), passkey, {})).status, 200)
  })

  async function enrolAgain({ cli }: typeof running): Promise<Record<string, string>> {
    const { answer } = await cli('staff', 'link', 'rook')
    return { rook: answer.url.split('#')[1] }
  }
})
