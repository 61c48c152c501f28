import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, resourcesOf } from '../asking.ts'
import {
  codeOf,
  enrolStaff,
  enrolWithPasskey,
  enrolWithPassword,
  GOOD_PASSWORD,
  must,
  openBrowser,
  signInWithPasskey,
} from '../browsing.ts'
import { startRunning } from '../running.ts'

test('people enrol by a one-time link, sign in with what they have, and the ledger tells of it', async (t) => {
  const running = await startRunning(t, { clients: { auditor: 'system/AuditEvent.rs' } })
  const links = await enrolStaff(running, [
    'wren,Wren Tallis,nurse,Ward 3,Practitioner/wren',
    'idris,Idris Vale,physician,Ward 3,Practitioner/idris',
  ])

  await t.test('with a passkey, which is then enough', async () => {
    const browser = openBrowser(running.url)
    const passkey = await enrolWithPasskey(browser, links.wren as string)
    const { session } = await must(browser.get('/api/session'))
    assert.deepEqual(session.person, {
      username: 'wren',
      name: 'Wren Tallis',
      role: 'nurse',
      unit: 'Ward 3',
      fhirUser: 'Practitioner/wren',
    })
    const elsewhere = openBrowser(running.url)
    const told = await signInWithPasskey(elsewhere, passkey, { place: 'shared' })
    assert.equal(told.json.session.method, 'passkey')
    assert.equal(told.json.session.place, 'shared')
    const cookie = told.headers.getSetCookie().find((one) => one.startsWith('__Host-chartwarden-session='))
    assert.match(cookie ?? '', /; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const idle = Date.parse(told.json.session.idleUntil) - Date.parse(told.json.session.authenticatedAt)
    assert.ok(idle <= 300_000, 'a shared workstation has a short session')
    const { sessions } = await must(browser.get('/api/sessions'))
    assert.equal(sessions.length, 2)
    const other = sessions.find((one: { current: boolean }) => !one.current)
    await must(browser.call('DELETE', `/api/sessions/${other.id}`))
    assert.equal((await must(elsewhere.get('/api/session'))).session, null)
    await must(browser.post('/api/sign-out', {}))
    assert.equal((await browser.get('/api/credentials')).status, 401)
  })

  await t.test('with a password and an authenticator app, or a recovery code in its place, once each', async () => {
    const browser = openBrowser(running.url)
    const { secret, recoveryCodes } = await enrolWithPassword(browser, links.idris as string)
    assert.equal(recoveryCodes.length, 10)
    const form = { username: 'Idris', password: GOOD_PASSWORD }
    const elsewhere = openBrowser(running.url)
    assert.equal((await elsewhere.post('/api/sign-in/password', { ...form, code: codeOf(secret) })).status, 200)
    const [code] = recoveryCodes
    const lower = code?.toLowerCase().replaceAll('-', ' ')
    const third = openBrowser(running.url)
    const recovered = await third.post('/api/sign-in/password', { ...form, code: lower })
    assert.equal(recovered.json.session.method, 'recovery')
    assert.equal((await openBrowser(running.url).post('/api/sign-in/password', { ...form, code })).status, 401)
    assert.equal((await must(browser.get('/api/credentials'))).recoveryCodesLeft, 9)
  })

  await t.test('a link works once, in one browser', async () => {
    const { json, status } = await openBrowser(running.url).post('/api/enrolment/open', { token: links.wren })
    assert.equal(status, 410)
    assert.equal(json.code, 'identity.link')
    const { rook } = await enrolStaff(running, ['rook,Rook Ames,nurse,Ward 3,'])
    const first = openBrowser(running.url)
    await must(first.post('/api/enrolment/open', { token: rook }))
    assert.equal((await openBrowser(running.url).post('/api/enrolment/open', { token: rook })).status, 410)
    assert.equal((await openBrowser(running.url).post('/api/enrolment/passkey/options', { token: rook })).status, 410)
    await enrolWithPasskey(first, rook as string)
  })

  await t.test('each step is an AuditEvent with a DICOM code', async () => {
    const ask = await askAs(running, 'auditor')
    const events = resourcesOf(await ask('GET', '/AuditEvent?_count=100'))
    const coded = (code: string) =>
      events.filter((one) => one.subtype.some((each: { code: string }) => each.code === code))
    assert.ok(coded('110122').length >= 3, 'logins')
    assert.equal(coded('enrolled').length, 3)
    assert.equal(coded('person-added').length, 3)
    assert.ok(
      coded('sign-in').some((one) => one.outcome === '4'),
      'the refused one',
    )
    assert.ok(!JSON.stringify(events).includes(GOOD_PASSWORD))
  })
  assert.equal((await running.cli('verify')).code, 0)
})
