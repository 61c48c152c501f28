import assert from 'node:assert/strict'
import test from 'node:test'
import { INVALID_EXAMPLES, inputFiles } from '../../src/records/fhir/test-inputs.ts'
import { askAs, type Json } from '../asking.ts'
import { startRunning } from '../running.ts'
import { canonical, withLexemes, withoutServerParts } from '../source-charts.ts'
import { withoutSharedData } from '../vectors/shared-data.ts'
import { assertRefused, forEachOf } from '../wrong.ts'

const JSON_ONLY = { headers: { accept: 'application/fhir+json' } }

test('the official examples come in, and come back as they were', { skip: withoutSharedData }, async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')
  const files = [...inputFiles('fhir/r4-examples')]
  assert.equal(files.length, 717)
  const types = new Set<string>()
  const kept: { at: string; source: Json }[] = []
  const refused: Record<string, string> = {}

  await forEachOf(files, async ({ name, text }) => {
    const source = withLexemes(text)
    const { resourceType: type, id } = source
    types.add(type)
    const reply = await ask(
      id === undefined ? 'POST' : 'PUT',
      `/${type}${id === undefined ? '' : `/${id}`}`,
      undefined,
      {
        text,
        ...JSON_ONLY,
      },
    )
    if (type === 'AuditEvent') return assertRefused(reply, name, 403, 404)
    if (reply.status === 422) {
      assertRefused(reply, name, 422)
      refused[name] = reply.json.issue[0].expression[0]
      return
    }
    assert.equal(reply.status, 201, `${name}: ${reply.text.slice(0, 300)}`)
    if (id !== undefined) assert.equal(reply.json.id, id)
    kept.push({ at: `${type}/${reply.json.id}`, source })
  })

  assert.ok(types.size >= 126, `${types.size} types`)
  assert.deepEqual(
    refused,
    Object.fromEntries(Object.entries(INVALID_EXAMPLES).map(([name, [expression]]) => [name, expression])),
  )
  await forEachOf(kept, async ({ at, source }) => {
    const reply = await ask('GET', `/${at}`, undefined, JSON_ONLY)
    assert.equal(reply.status, 200, at)
    assert.equal(canonical(withoutServerParts(withLexemes(reply.text))), canonical(withoutServerParts(source)), at)
  })

  await t.test('each can be found, and the whole of each type is there', async () => {
    const counts = new Map<string, number>()
    for (const { at } of kept) counts.set(at.split('/')[0] as string, (counts.get(at.split('/')[0] as string) ?? 0) + 1)
    for (const [type, count] of counts)
      assert.equal((await ask('GET', `/${type}?_summary=count`)).json.total, count, type)
    await forEachOf(kept, async ({ at }) => {
      const [type, id] = at.split('/')
      const { json } = await ask('GET', `/${type}?_id=${id}`)
      assert.deepEqual([json.total, json.entry?.[0].resource.id], [1, id], at)
    })
  })

  await t.test('what is said about a patient who is not there yet waits in that patient’s chart', async () => {
    const { at, source } =
      kept.find((one) => one.at.startsWith('Observation/') && one.source.subject?.reference?.startsWith('Patient/')) ??
      assert.fail()
    const { json } = await ask('GET', `/Observation?patient=${source.subject.reference}&_id=${at.split('/')[1]}`)
    assert.equal(json.total, 1)
  })

  await t.test('all of them in one batch and in one transaction are the same again', async () => {
    const entry = kept
      .filter(({ at }) => !at.startsWith('Binary/'))
      .map(({ at }) => ({ request: { method: 'GET', url: at } }))
    const read = await ask('POST', '/', { resourceType: 'Bundle', type: 'batch', entry })
    const again = read.json.entry.map((one: Json) => ({
      resource: one.resource,
      request: { method: 'PUT', url: `${one.resource.resourceType}/${one.resource.id}` },
    }))
    const written = await ask('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry: again })
    assert.equal(written.status, 200, written.text.slice(0, 500))
    assert.ok(
      written.json.entry.every((one: Json) => one.response.status === '200 OK' && one.response.etag === 'W/"2"'),
    )
    assert.doesNotMatch(running.log(), /defect/)
  })
})
