import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, asked, type Json } from '../asking.ts'
import { enrolStaff, openBrowser, signInWithPasskey } from '../browsing.ts'
import { startRunning } from '../running.ts'
import { freePort, secondNode } from '../second-node.ts'
import type { SoftwareAuthenticator } from '../software-authenticator.ts'
import { until } from '../until.ts'
import { type Working, workAs } from '../working-as.ts'

const PATIENTS = 70
const idOf = (n: number) => `person-${n}`
const bodyOf = (n: number): Json => ({ resourceType: 'Patient', id: idOf(n), name: [{ family: `Family${n}` }] })

test('a theft that is split over two nodes, and over a restart, is bounded as one', async (t) => {
  const metricsPort = String(await freePort())
  const running = await startRunning(t, {
    settings: { CHARTWARDEN_METRICS_PORT: metricsPort, CHARTWARDEN_PORT: String(await freePort()) },
  })
  const loader = await askAs(running, 'loader')
  for (let n = 0; n < PATIENTS; n++) assert.equal((await loader('PUT', `/Patient/${idOf(n)}`, bodyOf(n))).status, 201)
  const { petra } = (await workAs(running, ['petra,Petra Quill,registration,Desk,Practitioner/petra'])) as {
    petra: Working
  }
  const other = await secondNode({
    ...running,
    beginWith: (more, ...args) => running.beginWith({ ...more, CHARTWARDEN_METRICS_PORT: '' }, ...args),
  })
  const places = [running.url, other.url]
  const read = async (n: number) => {
    const url = `${places[n % places.length]}/fhir/Patient/${idOf(n)}`
    return (await asked('GET', url, { headers: { authorization: `Bearer ${petra.token}` } })).status
  }

  await t.test('both nodes count together, before anything is released', async () => {
    let given = 0
    for (let n = 0; n < 60; n++) {
      const status = await read(n)
      assert.ok(status === 200 || status === 403)
      if (status === 200) given++
    }
    t.diagnostic(`patients given by two nodes together: ${given}`)
    assert.ok(given <= 30, `given ${given}`)
    assert.deepEqual([await read(68), await read(69)], [403, 403])
  })

  await t.test('what is told of it names nobody', async () => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    assert.match(text, /chartwarden_watch_accesses_total\{explained="unexplained",step="(slow|freeze)"\} \d+/)
    assert.doesNotMatch(text, /petra|person-|Family/)
  })

  await t.test('after a restart of both it still is', async () => {
    await other.stop()
    await running.stop()
    await running.start()
    places.splice(0, 2, running.url)
    assert.equal(await read(68), 403)
  })
})

test('who only tells is set to observe, and stops nothing', async (t) => {
  const running = await startRunning(t, { settings: { CHARTWARDEN_WATCH: 'observe' } })
  const loader = await askAs(running, 'loader')
  for (let n = 0; n < 40; n++) assert.equal((await loader('PUT', `/Patient/${idOf(n)}`, bodyOf(n))).status, 201)
  const { petra } = (await workAs(running, ['petra,Petra Quill,registration,Desk,Practitioner/petra'])) as {
    petra: Working
  }
  for (let n = 0; n < 40; n++) assert.equal((await petra.ask('GET', `/Patient/${idOf(n)}`)).status, 200)
  assert.equal((await running.cli('watch', 'cases')).answer.cases[0].about, 'petra')
})

test('the chart of who lives at the same address speaks against them; a kill forgets nothing of it', async (t) => {
  const metricsPort = String(await freePort())
  const running = await startRunning(t, { settings: { CHARTWARDEN_METRICS_PORT: metricsPort } })
  const loader = await askAs(running, 'loader')
  const address = [{ line: ['6 River Close'], city: 'Northford' }]
  const mother = { ...bodyOf(1), address }
  const petraHerself = { resourceType: 'Practitioner', id: 'petra', name: [{ family: 'Quill' }], address }
  for (const body of [mother, bodyOf(2), petraHerself])
    assert.equal((await loader('PUT', `/${body.resourceType}/${body.id}`, body)).status, 201)
  const { petra } = (await workAs(running, ['petra,Petra Quill,registration,Desk,Practitioner/petra'])) as {
    petra: Working
  }
  const told = async (name: string) => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    return text.split('\n').flatMap((line) => (line.startsWith(name) ? [Number(line.split(' ')[1])] : []))
  }
  const contra = async () =>
    (await told('chartwarden_watch_accesses_total{explained="contra"')).reduce((sum, one) => sum + one, 0)
  await until(async () => {
    assert.equal((await petra.ask('GET', `/Patient/${idOf(1)}`)).status, 200)
    return (await contra()) > 0
  })
  const before = await contra()
  assert.equal((await petra.ask('GET', `/Patient/${idOf(2)}`)).status, 200)
  assert.equal(await contra(), before, 'a stranger’s chart does not')
  const { entry } = (await loader('GET', `/AuditEvent?patient=${idOf(1)}`)).json
  const acts = entry.map((one: Json) => one.resource.subtype[0].code)
  assert.ok(acts.includes('look-up'), 'that it was looked up is in the ledger')

  const known = [await told('chartwarden_watch_actors'), await told('chartwarden_watch_sessions')]
  process.kill(running.pid, 'SIGKILL')
  await running.stop()
  await running.start()
  assert.deepEqual([await told('chartwarden_watch_actors'), await told('chartwarden_watch_sessions')], known)
})

test('who gets in where many sign-ins failed proves who they are, and is held to the bounds of a new place', async (t) => {
  const running = await startRunning(t)
  const loader = await askAs(running, 'loader')
  for (let n = 0; n < 14; n++) assert.equal((await loader('PUT', `/Patient/${idOf(n)}`, bodyOf(n))).status, 201)
  const { petra, quinn } = (await workAs(running, [
    'petra,Petra Quill,registration,Desk,Practitioner/petra',
    'quinn,Quinn Abara,registration,Desk,Practitioner/quinn',
  ])) as Record<'petra' | 'quinn', Working>
  const given = async ({ ask }: Working) => {
    let count = 0
    for (let n = 0; n < 14; n++) if ((await ask('GET', `/Patient/${idOf(n)}`)).status === 200) count++
    return count
  }
  assert.equal(await given(quinn), 14, 'whose session began before is bound as ever')
  const victims = Array.from({ length: 8 }, (_, n) => `victim${n}`)
  await enrolStaff(
    running,
    victims.map((one) => `${one},Nobody ${one},nurse,Ward 3,`),
  )
  const thief = openBrowser(running.url)
  for (const username of victims) {
    const form = { username, password: 'not the right one', code: '000000' }
    assert.equal((await thief.post('/api/sign-in/password', form)).status, 401)
  }
  const { status, text } = await petra.ask('GET', `/Patient/${idOf(0)}`)
  assert.equal(status, 401)
  assert.match(text, /Prove that it is you/)
  assert.equal(await given(petra), 0)
  await signInWithPasskey(openBrowser(running.url), petra.finger as SoftwareAuthenticator)
  const many = await given(petra)
  assert.ok(many > 0 && many <= 10, `given ${many}`)
  assert.equal(await given(quinn), 14)
})
