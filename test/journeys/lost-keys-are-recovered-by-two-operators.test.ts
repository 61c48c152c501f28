import assert from 'node:assert/strict'
import test from 'node:test'
import { enrolStaff, enrolWithPasskey, must, openBrowser, signInWithPasskey } from '../browsing.ts'
import { startRunning } from '../running.ts'

test('who lost their keys gets back in when two operators say so, and what was lost opens nothing', async (t) => {
  const running = await startRunning(t, { clients: {} })
  const links = await enrolStaff(running, ['wren,Wren Tallis,nurse,Ward 3,'])
  const own = openBrowser(running.url)
  const lost = await enrolWithPasskey(own, links.wren as string)
  const { answer: operators } = await running.cli('operator', 'list')
  const first = operators.operators[0].id as string
  assert.equal((await running.cli('operator', 'add', 'second', '--operator', first)).code, 0)

  const asked = await running.cli('staff', 'recover', 'wren', '--operator', first)
  assert.equal(asked.code, 0, asked.said)
  const request = asked.answer.request as string
  const alone = await running.cli('staff', 'recover', '--approve', request, '--operator', first)
  assert.equal(alone.code, 3)
  assert.equal(alone.answer.error, 'key.approvals')
  const approved = await running.cli('staff', 'recover', '--approve', request, '--operator', 'second')
  assert.equal(approved.code, 0, approved.said)
  assert.equal((await running.cli('staff', 'recover', '--approve', request, '--operator', 'second')).code, 3)

  const token = approved.answer.url.split('#')[1] as string
  const browser = openBrowser(running.url)
  const { kind } = await must(browser.post('/api/enrolment/open', { token }))
  assert.equal(kind, 'recover')
  assert.notEqual((await must(own.get('/api/session'))).session, null, 'nothing ends before the link is used')
  const found = await enrolWithPasskey(browser, token)
  assert.equal((await must(own.get('/api/session'))).session, null)
  assert.equal((await signInWithPasskey(openBrowser(running.url), lost)).status, 401)
  assert.equal((await signInWithPasskey(openBrowser(running.url), found)).status, 200)
})

test('who leaves stops at the minute, and who begins later does not begin before', async (t) => {
  const running = await startRunning(t, { clients: {} })
  const soon = new Date(Date.now() + 4_000).toISOString()
  const header = 'username,name,role,employed_from,employed_until'
  const links = await enrolStaff(running, [`wren,Wren Tallis,nurse,,`, 'rook,Rook Ames,nurse,2199-01-01,'], header)
  const browser = openBrowser(running.url)
  const passkey = await enrolWithPasskey(browser, links.wren as string)
  assert.equal((await openBrowser(running.url).post('/api/enrolment/open', { token: links.rook })).status, 410)

  await enrolStaff(running, [`wren,Wren Tallis,nurse,,${soon}`], header)
  while (Date.now() < Date.parse(soon)) await new Promise((resolve) => setTimeout(resolve, 200))
  assert.equal((await must(browser.get('/api/session'))).session, null)
  assert.equal((await browser.get('/api/credentials')).status, 401)
  assert.equal((await signInWithPasskey(openBrowser(running.url), passkey)).status, 401)

  await t.test('a file with one wrong line changes nobody', async () => {
    const before = (await running.cli('staff', 'list')).answer
    await assert.rejects(enrolStaff(running, ['wren,Wren Tallis,nurse,,', 'x,,Nurse!,,nonsense'], header), /Line 3/)
    assert.deepEqual((await running.cli('staff', 'list')).answer, before)
  })
})
