import assert from 'node:assert/strict'
import test from 'node:test'
import { askAs, type Json } from '../asking.ts'
import { type Running, startRunning } from '../running.ts'
import { until } from '../until.ts'
import { parameters, type Working, workAs } from '../working-as.ts'

const PATIENTS = 90
const CLERKS = 8
const idOf = (n: number) => `person-${n}`
const bodyOf = (n: number): Json => ({
  resourceType: 'Patient',
  id: idOf(n),
  name: [{ family: `Family${n % 7}`, given: ['Ada'] }],
  birthDate: `19${10 + (n % 80)}-03-01`,
})

async function hospital(running: Running) {
  const loader = await askAs(running, 'loader')
  for (let n = 0; n < PATIENTS; n++) {
    const { status, text } = await loader('PUT', `/Patient/${idOf(n)}`, bodyOf(n))
    assert.equal(status, 201, text)
  }
  return loader
}

/** The patients in an answer: one, or all of a page. */
const patientsIn = (json: Json): string[] =>
  json.resourceType === 'Bundle' ? (json.entry ?? []).map((one: Json) => one.resource.id) : [json.id]

test('who pages through the charts with a stolen token gets few of them', async (t) => {
  const running = await startRunning(t)
  await hospital(running)
  const clerks = Array.from(
    { length: CLERKS },
    (_, n) => `clerk${n},Clerk ${n},registration,Desk,Practitioner/clerk${n}`,
  )
  const people = await workAs(running, clerks)
  const exposed: number[] = []
  const afterwards: number[] = []
  let cases: Json = []

  /** Reads on and on, as `next` says, until it is stopped; returns how many patients it saw. */
  async function steal({ ask }: Working, next: (n: number) => string): Promise<number> {
    const seen = new Set<string>()
    let stoppedAt: number | undefined
    for (let n = 0; n < PATIENTS; n++) {
      const { status, json, text } = await ask('GET', next(n))
      if (status === 200) {
        assert.equal(stoppedAt, undefined, 'nothing is given after it was stopped')
        for (const id of patientsIn(json)) seen.add(id)
      } else {
        assert.equal(status, 403, text)
        assert.match(text, /stopped|hold|glass/)
        stoppedAt ??= n
        if (n - stoppedAt > 5) break
        const none = await ask('GET', '/Patient/nobody-at-all')
        assert.equal(none.status, 403, 'who is held is not told what there is')
      }
    }
    afterwards.push(stoppedAt === undefined ? Number.POSITIVE_INFINITY : 0)
    return seen.size
  }

  await t.test('one after another, in any order, page by page', async () => {
    const ways: ((n: number) => string)[] = [
      (n) => `/Patient/${idOf(n)}`,
      (n) => `/Patient/${idOf((n * 37) % PATIENTS)}`,
      (n) => `/Patient?family=Family${n % 7}&_count=10`,
      (n) => `/Patient?_id=${Array.from({ length: 5 }, (_, k) => idOf((n * 5 + k) % PATIENTS)).join(',')}`,
    ]
    const stealing = Object.values(people).map((one, n) => steal(one, ways[n % ways.length] as (typeof ways)[number]))
    exposed.push(...(await Promise.all(stealing)))
    assert.ok(
      afterwards.every((one) => one === 0),
      'each was stopped',
    )
    t.diagnostic(`patients exposed before it was stopped: ${exposed.join(', ')}`)
    assert.ok(Math.max(...exposed) <= 30, `exposed ${exposed}`)
  })

  await t.test('the officer finds a case for each, and what is held', async () => {
    cases = (await running.cli('watch', 'cases')).answer.cases
    assert.deepEqual(cases.map((one: Json) => one.about).sort(), Object.keys(people).sort())
    assert.match(cases[0].alerts[0].explanation, /patients within an hour whom nothing explains/)
    const { held } = (await running.cli('watch', 'held')).answer
    assert.equal(held.length, CLERKS)
    assert.ok(held.every((one: Json) => one.step === 'freeze' && one.until > Date.now()))
  })

  await t.test('an operator ends a measure, and that one goes on; the bound holds all the same', async () => {
    const { held } = (await running.cli('watch', 'held')).answer
    const clerk = people.clerk0 as Working
    const { id } = held.find(
      (one: Json) => cases.find((c: Json) => c.about === 'clerk0').alerts[0].entities.session === one.what,
    )
    assert.equal((await running.cli('watch', 'release', id)).code, 0)
    assert.equal((await running.cli('watch', 'release', id)).code, 3)
    await until(async () => (await clerk.ask('GET', '/Practitioner?_count=1')).status === 200)
    assert.equal((await clerk.ask('GET', `/Patient/${idOf(88)}`)).status, 403)
  })
})

test('a mass modification is frozen after few records, and undone to the last byte by one command', async (t) => {
  const running = await startRunning(t)
  const loader = await hospital(running)
  const clerks = Array.from({ length: 5 }, (_, n) => `clerk${n},Clerk ${n},registration,Desk,Practitioner/clerk${n}`)
  const people = await workAs(running, clerks)
  const content = async (n: number) => {
    const { meta: _, ...rest } = (await loader('GET', `/Patient/${idOf(n)}`)).json
    return JSON.stringify(rest)
  }
  const before = await Promise.all(Array.from({ length: PATIENTS }, (_, n) => content(n)))
  const from = new Date().toISOString()
  const changed: number[] = []
  for (const [n, { ask }] of Object.values(people).entries()) {
    let many = 0
    for (let at = n * 15; at < n * 15 + 15; at++) {
      const { status } = await ask('PUT', `/Patient/${idOf(at)}`, { ...bodyOf(at), name: [{ text: `x${at}` }] })
      if (status === 200) many++
      else assert.equal(status, 403)
    }
    changed.push(many)
  }
  t.diagnostic(`records changed before it was frozen: ${changed.join(', ')}`)
  assert.ok((changed.toSorted((a, b) => a - b)[2] as number) <= 10, `changed ${changed}`)
  assert.ok(Math.max(...changed) < 15)
  const spoilt = await Promise.all(before.map(async (_, n) => (await content(n)) !== before[n]))
  assert.equal(
    spoilt.filter(Boolean).length,
    changed.reduce((sum, one) => sum + one, 0),
  )

  // Somebody else works on one of them meanwhile: that one is named, and not overwritten.
  await loader('PUT', `/Patient/${idOf(0)}`, { ...bodyOf(0), gender: 'female' })
  for (const [n, who] of Object.keys(people).entries()) {
    const { code, answer, said } = await running.cli('watch', 'restore', '--who', who, '--from', from)
    assert.equal(code, 0, said)
    assert.deepEqual(answer.left, n === 0 ? [`Patient/${idOf(0)}`] : [])
    assert.equal(answer.restored.length + answer.left.length, changed[n])
  }
  for (let n = 1; n < PATIENTS; n++) assert.equal(await content(n), before[n], idOf(n))
  const verified = await running.cli('verify')
  assert.equal(verified.code, 0, verified.said)
})

test('an emergency physician with many casualties is never stopped', async (t) => {
  const running = await startRunning(t)
  await hospital(running)
  const { saoirse } = (await workAs(running, ['saoirse,Saoirse Mbeki,physician,Emergency,Practitioner/saoirse'])) as {
    saoirse: Working
  }
  const emergency = { headers: { 'x-purpose-of-use': 'ETREAT' } }
  for (let n = 0; n < 60; n++) {
    const why = parameters({ reason: 'Mass casualty after the train accident', confirm: true })
    const told = await saoirse.ask('POST', `/Patient/${idOf(n)}/$break-glass`, why)
    assert.equal(told.status, 200, told.text)
    const chart = await saoirse.ask('GET', `/Patient/${idOf(n)}`, undefined, emergency)
    assert.equal(chart.status, 200, chart.text)
  }
  assert.deepEqual((await running.cli('watch', 'held')).answer.held, [])
})

test('who touches a decoy is stopped at once, and ordinary work never does', async (t) => {
  const running = await startRunning(t)
  await hospital(running)
  const added = await running.cli('watch', 'decoys', 'add', '--count', '3')
  assert.equal(added.code, 0, added.said)
  const { decoys } = (await running.cli('watch', 'decoys', 'list')).answer
  assert.equal(decoys.length, 3)
  await running.stop()
  await running.start()
  const { petra, quinn } = (await workAs(running, [
    'petra,Petra Quill,registration,Desk,Practitioner/petra',
    'quinn,Quinn Abara,registration,Desk,Practitioner/quinn',
  ])) as Record<'petra' | 'quinn', Working>
  assert.equal((await petra.ask('GET', `/Patient/${idOf(1)}`)).status, 200)
  const touched = await quinn.ask('GET', `/Patient/${decoys[0].patient}`)
  assert.equal(touched.status, 403, touched.text)
  assert.equal((await quinn.ask('GET', `/Patient/${idOf(1)}`)).status, 403)
  assert.equal((await petra.ask('GET', `/Patient/${idOf(2)}`)).status, 200)
  const loader = await askAs(running, 'loader')
  assert.equal((await loader('GET', `/Patient/${decoys[0].patient}`)).status, 200)
})
