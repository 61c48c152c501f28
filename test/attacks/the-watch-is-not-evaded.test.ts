import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, asked, type Json } from '../asking.ts'
import { startRunning } from '../running.ts'
import { freePort, secondNode } from '../second-node.ts'
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
    assert.match(text, /chartwarden_watch_accesses_total\{explained="unexplained",step="freeze"\} \d+/)
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
