import assert from 'node:assert/strict'
import test from 'node:test'
import { type Ask, askAs, type Json, resourcesOf } from '../asking.ts'
import { startRunning } from '../running.ts'
import { forEachOf } from '../wrong.ts'

const observation = (id: string, patients: readonly string[], text = 'x') => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text },
  ...(patients[0] !== undefined && { subject: { reference: `Patient/${patients[0]}` } }),
  ...(patients[1] !== undefined && { performer: [{ reference: `Patient/${patients[1]}` }] }),
})
const idsOf = async (ask: Ask, query: string): Promise<string[]> =>
  resourcesOf(await ask('GET', `/${query}&_count=1000`))
    .map(({ id }) => id)
    .sort()

test('many write at once', async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')
  const put = (id: string, patients: readonly string[], text?: string) =>
    ask('PUT', `/Observation/${id}`, observation(id, patients, text))

  await t.test('a hundred records of one patient, by ten writers, are all there', async () => {
    const ids = Array.from({ length: 100 }, (_, n) => `many-${String(n).padStart(3, '0')}`)
    await forEachOf(ids, async (id) => assert.equal((await put(id, ['one'])).status, 201), 10)
    assert.deepEqual(await idsOf(ask, 'Observation?patient=one'), ids)
    await forEachOf(
      ids.entries(),
      async ([n, id]) => {
        if (n % 3 === 0) assert.equal((await ask('DELETE', `/Observation/${id}`)).status, 204)
        if (n % 3 === 1) assert.equal((await put(id, ['one'], 'changed')).status, 200)
      },
      10,
    )
    assert.deepEqual(
      await idsOf(ask, 'Observation?patient=one'),
      ids.filter((_, n) => n % 3 !== 0),
    )
    assert.deepEqual(
      await idsOf(ask, 'Observation?patient=one&code:text=changed'),
      ids.filter((_, n) => n % 3 === 1),
    )
  })

  await t.test('a new patient, of whom ten speak first at the same moment, has one chart', async () => {
    const ids = Array.from({ length: 10 }, (_, n) => `first-${n}`)
    const replies = await Promise.all(ids.map((id) => put(id, ['newborn'])))
    assert.ok(replies.every(({ status }) => status === 201))
    assert.deepEqual(await idsOf(ask, 'Observation?patient=newborn'), ids)
  })

  await t.test('what ten create under the same id is created once', async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, (_, n) => put('same', ['one'], `by ${n}`)))
    assert.deepEqual(replies.map(({ status }) => status).sort(), [...Array(9).fill(200), 201])
    const { json } = await ask('GET', '/Observation/same/_history')
    assert.deepEqual(
      json.entry.map((one: Json) => one.response.etag),
      Array.from({ length: 10 }, (_, n) => `W/"${10 - n}"`),
    )
  })

  await t.test('what was filed under the wrong patient moves to the right one, and its history with it', async () => {
    for (const [patients, here] of [
      [['a'], 'a'],
      [['b'], 'b'],
      [['a', 'b'], 'ab'],
      [[], ''],
      [['a'], 'a'],
    ] as const) {
      assert.ok([200, 201].includes((await put('moving', patients)).status))
      for (const patient of ['a', 'b']) {
        const found = await idsOf(ask, `Observation?patient=${patient}`)
        assert.deepEqual(found, here.startsWith(patient) ? ['moving'] : [], `${patient} while it is of ${here}`)
      }
      assert.deepEqual(await idsOf(ask, 'Observation?_id=moving'), ['moving'])
    }
    const { json } = await ask('GET', '/Observation/moving/_history')
    assert.deepEqual(
      json.entry.map((one: Json) => one.resource.subject?.reference),
      ['Patient/a', undefined, 'Patient/a', 'Patient/b', 'Patient/a'],
    )
  })

  await t.test('transactions that write the same records in other orders all end', async () => {
    const ids = Array.from({ length: 8 }, (_, n) => `cross-${n}`)
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const order = [...ids.slice(n % 8), ...ids.slice(0, n % 8)]
        const turned = n % 2 === 0 ? order : order.reverse()
        const entry = turned.map((id) => ({
          resource: observation(id, [`cross-${(n + Number(id.at(-1))) % 3}`], `by ${n}`),
          request: { method: 'PUT', url: `Observation/${id}` },
        }))
        return ask('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry })
      }),
    )
    assert.deepEqual(
      replies.map(({ status }) => status),
      Array(12).fill(200),
    )
    const texts = await Promise.all(ids.map(async (id) => (await ask('GET', `/Observation/${id}`)).json.code.text))
    assert.equal(new Set(texts).size, 1, 'the last one wrote all of them')
    const patients = await Promise.all([0, 1, 2].map((n) => idsOf(ask, `Observation?patient=cross-${n}`)))
    assert.deepEqual(patients.flat().sort(), ids, 'each is in one chart')
  })

  await t.test('patches of the same record at the same moment are all in it', async () => {
    await ask('PUT', '/Patient/patched', { resourceType: 'Patient', id: 'patched', name: [{ given: ['x'] }] })
    const headers = { 'content-type': 'application/json-patch+json' }
    const patch = (n: number) =>
      ask('PATCH', '/Patient/patched', [{ op: 'add', path: '/name/0/given/-', value: `g${n}` }], { headers })
    const replies = await Promise.all([1, 2].map(patch))
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 200],
    )
    assert.deepEqual((await ask('GET', '/Patient/patched')).json.name[0].given.sort(), ['g1', 'g2', 'x'])
  })

  await t.test('and all is sound', async () => {
    assert.doesNotMatch(running.log(), /defect/)
    const { code, answer } = await running.cli('verify')
    assert.deepEqual([code, answer.findings], [0, []])
  })
})
