import assert from 'node:assert/strict'
import test from 'node:test'
import { type Ask, askAs, type Json, resourcesOf } from '../asking.ts'
import { startRunning } from '../running.ts'

const patient = (family: string, more: object = {}) => ({ resourceType: 'Patient', name: [{ family }], ...more })
const made = async (ask: Ask, resource: Json): Promise<string> => {
  const { status, json } = await ask('POST', `/${resource.resourceType}`, resource)
  assert.equal(status, 201)
  return json.id
}
const code = (reply: { json: Json }): string => reply.json.issue[0].details.coding[0].code

test('records live their life', async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')

  await t.test('a record is created, read, and read as the version it was', async () => {
    const created = await ask('POST', '/Patient', patient('Aarhus', { birthDate: '1970-01-31' }))
    assert.equal(created.status, 201)
    const { id } = created.json
    assert.equal(created.headers.get('location'), `${running.fhir}/Patient/${id}/_history/1`)
    assert.equal(created.headers.get('etag'), 'W/"1"')
    assert.ok(created.headers.get('chartwarden-receipt'))
    assert.ok(created.headers.get('chartwarden-promise'))
    const read = await ask('GET', `/Patient/${id}`)
    assert.deepEqual([read.status, read.headers.get('etag')], [200, 'W/"1"'])
    assert.equal(read.text, created.text)
    assert.match(read.headers.get('content-type') ?? '', /^application\/fhir\+json/)
    assert.equal(read.headers.get('cache-control'), 'no-store')
    assert.notEqual(read.headers.get('chartwarden-receipt'), created.headers.get('chartwarden-receipt'))
    const changed = await ask('PUT', `/Patient/${id}`, { ...created.json, birthDate: '1971-01-31' })
    assert.deepEqual([changed.status, changed.headers.get('etag')], [200, 'W/"2"'])
    assert.equal((await ask('GET', `/Patient/${id}/_history/1`)).json.birthDate, '1970-01-31')
    assert.equal((await ask('GET', `/Patient/${id}/_history/2`)).json.birthDate, '1971-01-31')
    assert.equal((await ask('GET', `/Patient/${id}/_history/3`)).status, 404)
    assert.equal((await ask('GET', `/Patient/${id}/_history/one`)).status, 404)
    assert.equal((await ask('GET', '/Patient/nobody')).status, 404)
  })

  await t.test('what the client says of id and versions is the server’s to say; other meta stays', async () => {
    const meta = { versionId: '77', lastUpdated: '1999-01-01T00:00:00Z', tag: [{ system: 'urn:x', code: 'kept' }] }
    const { json } = await ask('POST', '/Patient', { ...patient('Meta'), id: 'wished', meta })
    assert.notEqual(json.id, 'wished')
    assert.equal(json.meta.versionId, '1')
    assert.ok(json.meta.lastUpdated > '2020')
    assert.deepEqual(json.meta.tag, meta.tag)
  })

  await t.test('numbers and members stay as they were written, also through a patch', async () => {
    const text = `{"resourceType":"Observation","status":"final","code":{"text":"a"},"valueQuantity":{"value":1.50},"referenceRange":[{"low":{"value":0.10},"high":{"value":1.0E1}}]}`
    const created = await ask('POST', '/Observation', undefined, { text })
    assert.equal(created.status, 201)
    const kept = '"valueQuantity":{"value":1.50},"referenceRange":[{"low":{"value":0.10},"high":{"value":1.0E1}}]'
    assert.ok(created.text.endsWith(`${kept}}`), created.text)
    const patch = [
      { op: 'test', path: '/valueQuantity/value', value: 1.5 },
      { op: 'replace', path: '/code/text', value: 'b' },
    ]
    const type = { 'content-type': 'application/json-patch+json' }
    const patched = await ask('PATCH', `/Observation/${created.json.id}`, patch, { headers: type })
    assert.equal(patched.status, 200)
    assert.equal(patched.json.code.text, 'b')
    assert.ok(patched.text.includes(kept), patched.text)
  })

  await t.test('an update says which version it changes, and a stale one is refused', async () => {
    const id = await made(ask, patient('Match'))
    const body = { ...patient('Matched'), id }
    assert.equal((await ask('PUT', `/Patient/${id}`, body, { headers: { 'if-match': 'W/"1"' } })).status, 200)
    const stale = await ask('PUT', `/Patient/${id}`, body, { headers: { 'if-match': 'W/"1"' } })
    assert.deepEqual([stale.status, code(stale)], [412, 'record.version-conflict'])
    assert.ok(stale.headers.get('chartwarden-receipt'))
    assert.equal((await ask('PUT', `/Patient/${id}`, body, { headers: { 'if-match': 'W/"2"' } })).status, 200)
    assert.equal((await ask('DELETE', `/Patient/${id}`, undefined, { headers: { 'if-match': 'W/"2"' } })).status, 412)
    assert.equal((await ask('PUT', `/Patient/${id}`, patient('No id'))).status, 400)
    assert.equal((await ask('PUT', `/Patient/${id}`, { ...body, id: 'another' })).status, 400)
  })

  await t.test('two who change the same version: one of them is told', async () => {
    const id = await made(ask, patient('Race'))
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        ask('PUT', `/Patient/${id}`, { ...patient(`Race ${n}`), id }, { headers: { 'if-match': 'W/"1"' } }),
      ),
    )
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, ...Array(7).fill(412)])
    assert.equal((await ask('GET', `/Patient/${id}`)).headers.get('etag'), 'W/"2"')
  })

  await t.test('a client may choose the id', async () => {
    const first = await ask('PUT', '/Patient/my.own-1', { ...patient('Own'), id: 'my.own-1' })
    assert.deepEqual([first.status, first.headers.get('etag')], [201, 'W/"1"'])
    assert.equal((await ask('GET', '/Patient/my.own-1')).json.name[0].family, 'Own')
    const absent = await ask(
      'PUT',
      '/Patient/absent',
      { ...patient('Own'), id: 'absent' },
      {
        headers: { 'if-match': 'W/"1"' },
      },
    )
    assert.ok([404, 412].includes(absent.status))
    assert.equal((await ask('GET', '/Patient/absent')).status, 404)
  })

  await t.test('a client may say that nothing must be there', async () => {
    const put = (family: string) =>
      ask('PUT', '/Patient/only-new', { ...patient(family), id: 'only-new' }, { headers: { 'if-none-match': '*' } })
    assert.equal((await put('First')).status, 201)
    const second = await put('Second')
    assert.deepEqual([second.status, code(second)], [412, 'record.version-conflict'])
    assert.equal((await ask('GET', '/Patient/only-new')).json.name[0].family, 'First')
    await ask('DELETE', '/Patient/only-new')
    assert.deepEqual([(await put('Third')).status, (await put('Fourth')).status], [201, 412])
    const tagged = { headers: { 'if-none-match': 'W/"7"' } }
    assert.equal((await ask('PUT', '/Patient/only-new', { ...patient('x'), id: 'only-new' }, tagged)).status, 400)
  })

  await t.test('a patch changes what it names, and nothing when any of it fails', async () => {
    const id = await made(ask, patient('Patch', { gender: 'female' }))
    const type = { 'content-type': 'application/json-patch+json' }
    const patch = (body: Json, more = {}) => ask('PATCH', `/Patient/${id}`, body, { headers: { ...type, ...more } })
    const good = await patch([{ op: 'replace', path: '/gender', value: 'other' }])
    assert.deepEqual([good.status, good.json.gender, good.json.meta.versionId], [200, 'other', '2'])
    const failed = await patch([
      { op: 'replace', path: '/gender', value: 'male' },
      { op: 'test', path: '/active', value: true },
    ])
    assert.equal(failed.status, 422)
    assert.equal((await patch([{ op: 'replace', path: '/gender', value: 'banana' }])).status, 422)
    assert.equal((await patch([{ op: 'replace', path: '/id', value: 'other' }])).status, 400)
    assert.equal((await patch([{ op: 'remove', path: '/gender' }], { 'if-match': 'W/"1"' })).status, 412)
    assert.equal((await ask('GET', `/Patient/${id}`)).json.meta.versionId, '2')
  })

  await t.test('what is deleted is gone, keeps its history, and comes back by an update', async () => {
    const id = await made(ask, patient('Gone'))
    const deleted = await ask('DELETE', `/Patient/${id}`)
    assert.deepEqual([deleted.status, deleted.text], [204, ''])
    assert.equal((await ask('DELETE', `/Patient/${id}`)).status, 204)
    const gone = await ask('GET', `/Patient/${id}`)
    assert.deepEqual([gone.status, code(gone)], [410, 'record.gone'])
    assert.equal((await ask('GET', `/Patient/${id}/_history/2`)).status, 410)
    assert.equal((await ask('GET', `/Patient/${id}/_history/1`)).status, 200)
    assert.equal((await ask('GET', `/Patient?_id=${id}`)).json.total, 0)
    assert.equal((await ask('GET', '/Patient?family=gone')).json.total, 0)
    const back = await ask('PUT', `/Patient/${id}`, { ...patient('Back'), id })
    assert.deepEqual([back.status, back.headers.get('etag')], [201, 'W/"3"'])
    assert.equal((await ask('GET', `/Patient?_id=${id}&family=back`)).json.total, 1)
    const { json } = await ask('GET', `/Patient/${id}/_history`)
    assert.deepEqual(
      json.entry.map((one: Json) => [one.request.method, one.response.etag, one.resource?.name[0].family]),
      [
        ['POST', 'W/"3"', 'Back'],
        ['DELETE', 'W/"2"', undefined],
        ['POST', 'W/"1"', 'Gone'],
      ],
    )
    assert.equal((await ask('DELETE', '/Patient/never-was')).status, 404)
  })

  await t.test('the history of a type has every version of every record, page by page, and since a time', async () => {
    const ids = [
      await made(ask, { resourceType: 'Basic', code: { text: 'a' } }),
      await made(ask, { resourceType: 'Basic', code: { text: 'b' } }),
    ]
    const changed = await ask('PUT', `/Basic/${ids[0]}`, { resourceType: 'Basic', id: ids[0], code: { text: 'c' } })
    await ask('DELETE', `/Basic/${ids[1]}`)
    const seen: string[] = []
    let next: string | undefined = '/Basic/_history?_count=2'
    for (; next !== undefined; ) {
      const { json } = await ask('GET', next)
      assert.equal(json.type, 'history')
      seen.push(...json.entry.map((one: Json) => `${one.fullUrl.split('/').at(-1)} ${one.response.etag}`))
      next = json.link.find((link: Json) => link.relation === 'next')?.url
    }
    assert.deepEqual(seen.sort(), [`${ids[0]} W/"1"`, `${ids[0]} W/"2"`, `${ids[1]} W/"1"`, `${ids[1]} W/"2"`].sort())
    const since = await ask('GET', `/Basic/_history?_since=${encodeURIComponent(changed.json.meta.lastUpdated)}`)
    assert.deepEqual(
      since.json.entry.map((one: Json) => one.response.etag),
      ['W/"2"', 'W/"2"'],
    )
    assert.equal((await ask('GET', `/Patient/never-was/_history`)).status, 404)
  })

  await t.test('a reader who has it is told it is the same', async () => {
    const id = await made(ask, patient('Etag'))
    const again = (headers: Record<string, string>) => ask('GET', `/Patient/${id}`, undefined, { headers })
    const same = await again({ 'if-none-match': 'W/"1"' })
    assert.deepEqual([same.status, same.text], [304, ''])
    assert.ok(same.headers.get('chartwarden-receipt'), 'to be told it is the same is a release, too')
    assert.equal((await again({ 'if-none-match': 'W/"9"' })).status, 200)
    assert.equal((await again({ 'if-none-match': 'W/"9", W/"1"' })).status, 304)
    assert.equal((await again({ 'if-modified-since': same.headers.get('last-modified') ?? '' })).status, 304)
    assert.equal((await again({ 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' })).status, 200)
  })

  await t.test('the writer says what it wants back', async () => {
    const post = (prefer: string) => ask('POST', '/Patient', patient('Prefer'), { headers: { prefer } })
    const minimal = await post('return=minimal')
    assert.deepEqual([minimal.status, minimal.text], [201, ''])
    assert.ok(minimal.headers.get('location'))
    assert.equal((await post('return=representation')).json.resourceType, 'Patient')
    assert.equal((await post('return=OperationOutcome')).json.resourceType, 'OperationOutcome')
  })

  await t.test('conditional create, update and delete act on the one that matches', async () => {
    const identifier = [{ system: 'urn:ward', value: 'c-1' }]
    const only = { headers: { 'if-none-exist': 'identifier=urn:ward|c-1' } }
    const first = await ask('POST', '/Patient', patient('Cond', { identifier }), only)
    const second = await ask('POST', '/Patient', patient('Other', { identifier }), only)
    assert.deepEqual([first.status, second.status], [201, 200])
    assert.equal(second.text, first.text)
    const at = '/Patient?identifier=urn:ward|'
    const updated = await ask('PUT', `${at}c-1`, patient('Changed', { identifier }))
    assert.deepEqual([updated.status, updated.json.id, updated.json.meta.versionId], [200, first.json.id, '2'])
    const fresh = await ask('PUT', `${at}c-2`, patient('New', { identifier: [{ system: 'urn:ward', value: 'c-2' }] }))
    assert.equal(fresh.status, 201)
    assert.equal((await ask('DELETE', `${at}c-2`)).status, 204)
    assert.equal((await ask('GET', `/Patient/${fresh.json.id}`)).status, 410)
    await ask('POST', '/Patient', patient('Twin', { identifier }))
    for (const [method, path, body, more] of [
      ['PUT', `${at}c-1`, patient('Which'), {}],
      ['DELETE', `${at}c-1`, undefined, {}],
      ['POST', '/Patient', patient('Which'), only],
    ] as const) {
      const reply = await ask(method, path, body, more)
      assert.deepEqual([reply.status, code(reply)], [412, 'record.multiple-matches'])
    }
    assert.equal((await ask('GET', `${at}c-1`)).json.total, 2)
    assert.equal((await ask('DELETE', '/Patient')).status, 400)
  })

  await t.test('of many conditional creates at the same moment, one creates', async () => {
    const identifier = [{ system: 'urn:ward', value: 'at-once' }]
    const replies = await Promise.all(
      Array.from({ length: 12 }, () =>
        ask('POST', '/Patient', patient('Once', { identifier }), {
          headers: { 'if-none-exist': 'identifier=urn:ward|at-once' },
        }),
      ),
    )
    assert.deepEqual(replies.map(({ status }) => status).sort(), [...Array(11).fill(200), 201])
    assert.equal(new Set(replies.map(({ json }) => json.id)).size, 1)
    assert.equal(resourcesOf(await ask('GET', '/Patient?identifier=urn:ward|at-once')).length, 1)
  })
})
