import assert from 'node:assert/strict'
import test from 'node:test'
import { dictionary } from '@zxcvbn-ts/language-common'
import { askAs, type Json, resourcesOf } from '../asking.ts'
import { codeOf, enrolStaff, enrolWithPassword, GOOD_PASSWORD, must, openBrowser, type Told } from '../browsing.ts'
import { startRunning } from '../running.ts'

const common = dictionary['passwords-common']
const wrong = { password: 'not the right one', code: '000000' }
const statuses = (told: readonly Told[]) => told.map((one) => one.status)

test('who tries passwords waits longer and longer, and locks nobody out of their own device', async (t) => {
  const running = await startRunning(t, { clients: { officer: 'system/AuditEvent.rs' } })
  const links = await enrolStaff(running, ['wren,Wren Tallis,nurse,Ward 3,', 'rook,Rook Ames,nurse,Ward 3,'])
  const own = openBrowser(running.url)
  const { secret } = await enrolWithPassword(own, links.wren as string)
  const attacker = openBrowser(running.url)
  const attempt = (username: string, more: object = {}) =>
    attacker.post('/api/sign-in/password', { username, ...wrong, ...more })

  await t.test('forty at once on one account: five are looked at, the others have to wait', async () => {
    const told = await Promise.all(Array.from({ length: 40 }, () => attempt('wren')))
    assert.equal(statuses(told).filter((one) => one === 401).length, 5)
    assert.equal(statuses(told).filter((one) => one === 429).length, 35)
    const waits = told.find((one) => one.status === 429) as Told
    assert.equal(waits.json.code, 'identity.throttled')
    assert.equal(Number(waits.headers.get('retry-after')), waits.json.retryAfterSeconds)
  })
  await t.test('the right password does not help who has to wait', async () => {
    assert.equal((await attempt('wren', { password: GOOD_PASSWORD, code: codeOf(secret) })).status, 429)
  })
  await t.test('the person themself signs in on the device they used before', async () => {
    await must(own.post('/api/sign-out', {}))
    const form = { username: 'wren', password: GOOD_PASSWORD, code: codeOf(secret) }
    assert.equal((await own.post('/api/sign-in/password', form)).status, 200)
  })
  await t.test('a name that is nobody’s is treated the same', async () => {
    const told = await Promise.all(Array.from({ length: 8 }, () => attempt('nobody-of-this-name')))
    assert.equal(statuses(told).filter((one) => one === 401).length, 5)
    const { json } = told.find((one) => one.status === 401) as Told
    const known = await attempt('rook')
    assert.deepEqual(known.json, json)
  })
  await t.test('one password on many names: the address has to wait', async () => {
    const told: Told[] = []
    for (let n = 0; n < 60; n++) told.push(await attempt(`name-${n}`, { password: common[n] }))
    assert.ok(statuses(told).includes(429))
    assert.ok(statuses(told).filter((one) => one === 401).length < 50)
  })
  await t.test('the officer sees it', async () => {
    const ask = await askAs(running, 'officer')
    const events = resourcesOf(await ask('GET', '/AuditEvent?_count=200'))
    const throttled = events.filter((one) => one.subtype.some((each: Json) => each.code === 'sign-in-throttled'))
    assert.ok(throttled.some((one) => one.entity.some((each: Json) => each.what?.reference === 'account/wren')))
  })
})

test('a code works once, whether it is of the app or for recovery', async (t) => {
  const running = await startRunning(t, { clients: {} })
  const links = await enrolStaff(running, ['wren,Wren Tallis,nurse,Ward 3,'])
  const own = openBrowser(running.url)
  const { secret, recoveryCodes } = await enrolWithPassword(own, links.wren as string)
  const form = { username: 'wren', password: GOOD_PASSWORD }
  const attempt = (code: string) => openBrowser(running.url).post('/api/sign-in/password', { ...form, code })

  const code = codeOf(secret)
  const both = await Promise.all([attempt(code), attempt(code)])
  assert.deepEqual(statuses(both).sort(), [200, 401])
  assert.equal((await attempt(code)).status, 401)
  assert.equal((await attempt(codeOf(secret, -1))).status, 401, 'a code of before is not taken after a later one')
  const [first = ''] = recoveryCodes
  assert.deepEqual(statuses(await Promise.all([attempt(first), attempt(first)])).sort(), [200, 401])
  const guesses = await Promise.all(
    Array.from({ length: 30 }, (_, n) => attempt(`0000-0000-0000-0000-0000-${String(1000 + n)}`)),
  )
  assert.ok(statuses(guesses).filter((one) => one === 401).length <= 5, 'recovery codes are not guessed at speed')
})
