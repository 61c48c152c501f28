import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { type Ask, askAs, type Json } from '../asking.ts'
import { startRunning } from '../running.ts'

const request = (method: string, url: string, more: object = {}) => ({ request: { method, url, ...more } })
const bundle = (type: string, entry: Json[]) => ({ resourceType: 'Bundle', type, entry })
const patient = (family: string, more: object = {}) => ({ resourceType: 'Patient', name: [{ family }], ...more })
const status = (reply: { json: Json }): string[] => reply.json.entry.map((one: Json) => one.response.status.slice(0, 3))
const total = async (ask: Ask, query: string): Promise<number> => (await ask('GET', query)).json.total

test('bundles do all, or each', async (t) => {
  const running = await startRunning(t)
  const ask = await askAs(running, 'loader')

  await t.test('in a batch one bad entry does not disturb the others', async () => {
    const { json: kept } = await ask('POST', '/Patient', patient('Kept'))
    const { json: gone } = await ask('POST', '/Patient', patient('Gone'))
    const reply = await ask(
      'POST',
      '/',
      bundle('batch', [
        { resource: patient('Batch'), ...request('POST', 'Patient') },
        { resource: patient('Batch', { gender: 'banana' }), ...request('POST', 'Patient') },
        { ...request('GET', `Patient/${kept.id}`) },
        { ...request('GET', 'Patient/never-was') },
        { resource: { ...patient('Batch'), id: 'b-5' }, ...request('PUT', 'Patient/b-5') },
        { ...request('DELETE', `Patient/${gone.id}`) },
        { ...request('GET', 'Patient?shoe-size=42') },
        { ...request('GET', 'Patient?_id=b-99') },
        { resource: { resourceType: 'Nonsense' }, ...request('POST', 'Nonsense') },
        { resource: patient('Batch') },
        { ...request('GET', `Patient/${kept.id}/_history`) },
        { ...request('SHOUT', 'Patient/a') },
      ]),
    )
    assert.equal(reply.status, 200)
    assert.equal(reply.json.type, 'batch-response')
    const expected = ['201', '422', '200', '404', '201', '204', '400', '200', '400', '400', '200', '400']
    assert.deepEqual(status(reply), expected)
    for (const [n, one] of reply.json.entry.entries())
      if (Number(expected[n]) >= 400) assert.equal(one.response.outcome.resourceType, 'OperationOutcome')
    assert.equal(reply.json.entry[2].resource.id, kept.id)
    assert.equal((await ask('GET', '/Patient/b-5')).status, 200)
    assert.equal(await total(ask, '/Patient?family=batch'), 2)
  })

  await t.test('a transaction is done wholly, and its entries may speak of each other', async () => {
    const [urn, other] = [`urn:uuid:${randomUUID()}`, `urn:uuid:${randomUUID()}`]
    const reply = await ask(
      'POST',
      '/',
      bundle('transaction', [
        {
          fullUrl: other,
          resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: urn } },
          ...request('POST', 'Observation'),
        },
        { fullUrl: urn, resource: patient('Whole'), ...request('POST', 'Patient') },
        {
          resource: {
            resourceType: 'Provenance',
            target: [{ reference: other }],
            recorded: '2026-01-01T00:00:00Z',
            agent: [{ who: { reference: urn } }],
          },
          ...request('POST', 'Provenance'),
        },
      ]),
    )
    assert.deepEqual(status(reply), ['201', '201', '201'])
    const at = reply.json.entry.map((one: Json) => one.response.location.replace(/\/_history\/1$/, ''))
    assert.match(at[0], /^Observation\//)
    const [observation, , provenance] = await Promise.all(at.map((one: string) => ask('GET', `/${one}`)))
    assert.equal(observation.json.subject.reference, at[1])
    assert.equal(provenance.json.target[0].reference, at[0])
    assert.equal(provenance.json.agent[0].who.reference, at[1])
    assert.equal(await total(ask, `/Observation?patient=${at[1]}`), 1)
  })

  for (const [why, wrong, refused] of [
    ['is not valid', { resource: patient('Undone', { gender: 'banana' }), ...request('POST', 'Patient') }, 422],
    [
      'is stale',
      { resource: { ...patient('Undone'), id: 'stale' }, ...request('PUT', 'Patient/stale', { ifMatch: 'W/"9"' }) },
      412,
    ],
    ['deletes what is not there', { ...request('DELETE', 'Patient/never-was') }, 404],
    [
      'speaks of an entry that is not there',
      {
        resource: patient('Undone', { link: [{ type: 'refer', other: { reference: `urn:uuid:${randomUUID()}` } }] }),
        ...request('POST', 'Patient'),
      },
      422,
    ],
    [
      'names by a condition nobody',
      {
        resource: patient('Undone', { managingOrganization: { reference: 'Organization?identifier=urn:x|none' } }),
        ...request('POST', 'Patient'),
      },
      422,
    ],
    ['comes twice', { resource: { ...patient('Undone'), id: 'first' }, ...request('PUT', 'Patient/first') }, 400],
    [
      'has an id that is not its own',
      { resource: { ...patient('Undone'), id: 'x' }, ...request('PUT', 'Patient/y') },
      400,
    ],
    ['is to be patched', { ...request('PATCH', 'Patient/first') }, 400],
  ] as const)
    await t.test(`a transaction of which one entry ${why} is not done at all`, async () => {
      await ask('PUT', '/Patient/stale', { ...patient('Stale'), id: 'stale' })
      const reply = await ask(
        'POST',
        '/',
        bundle('transaction', [
          { resource: { ...patient('Undone'), id: 'first' }, ...request('PUT', 'Patient/first') },
          { resource: patient('Undone'), ...request('POST', 'Patient') },
          wrong,
        ]),
      )
      assert.deepEqual([reply.status, reply.json.resourceType], [refused, 'OperationOutcome'])
      assert.equal(await total(ask, '/Patient?family=undone'), 0)
      assert.equal((await ask('GET', '/Patient/first')).status, 404)
    })

  await t.test(
    'what a transaction also reads is read after it wrote, and cannot undo it by not being there',
    async () => {
      const reply = await ask(
        'POST',
        '/',
        bundle('transaction', [
          { ...request('GET', 'Patient/t-read') },
          { ...request('GET', 'Patient/never-was') },
          { resource: { ...patient('Read'), id: 't-read' }, ...request('PUT', 'Patient/t-read') },
        ]),
      )
      assert.equal(reply.status, 200)
      assert.deepEqual(status(reply), ['200', '404', '201'])
      assert.equal(reply.json.entry[0].resource.name[0].family, 'Read')
    },
  )

  await t.test('conditions in a transaction find what is there, and make what is not', async () => {
    const identifier = [{ system: 'urn:org', value: 'o-1' }]
    const organization = { resourceType: 'Organization', name: 'Ward', identifier }
    const urn = `urn:uuid:${randomUUID()}`
    const sent = bundle('transaction', [
      {
        fullUrl: urn,
        resource: organization,
        ...request('POST', 'Organization', { ifNoneExist: 'identifier=urn:org|o-1' }),
      },
      { resource: patient('Managed', { managingOrganization: { reference: urn } }), ...request('POST', 'Patient') },
      {
        resource: patient('Managed', { identifier: [{ system: 'urn:mrn', value: '7' }] }),
        ...request('PUT', 'Patient?identifier=urn:mrn|7'),
      },
    ])
    const first = await ask('POST', '/', sent)
    const second = await ask('POST', '/', sent)
    assert.deepEqual(status(first), ['201', '201', '201'])
    assert.deepEqual(status(second), ['200', '201', '200'])
    const found = await ask('GET', '/Organization?identifier=urn:org|o-1')
    assert.equal(found.json.total, 1)
    const managed = await ask('GET', '/Patient?family=managed')
    assert.equal(managed.json.total, 3)
    const references = managed.json.entry.map((one: Json) => one.resource.managingOrganization?.reference)
    const organizationAt = `Organization/${found.json.entry[0].resource.id}`
    assert.deepEqual(references.filter(Boolean), [organizationAt, organizationAt])
    const third = await ask(
      'POST',
      '/',
      bundle('transaction', [
        {
          resource: patient('Managed', {
            managingOrganization: { reference: 'Organization?identifier=urn:org|o-1' },
          }),
          ...request('POST', 'Patient'),
        },
        { ...request('DELETE', 'Patient?identifier=urn:mrn|7') },
        { ...request('DELETE', 'Patient?identifier=urn:mrn|8') },
      ]),
    )
    assert.deepEqual(status(third), ['201', '204', '204'])
    const { json } = await ask('GET', `/${third.json.entry[0].response.location}`)
    assert.equal(json.managingOrganization.reference, organizationAt)
    assert.equal(await total(ask, '/Patient?identifier=urn:mrn|7'), 0)
  })

  await t.test('a transaction of only what was there already is answered, and receipted', async () => {
    const only = bundle('transaction', [
      {
        resource: { resourceType: 'Organization', name: 'Ward' },
        ...request('POST', 'Organization', { ifNoneExist: 'identifier=urn:org|o-1' }),
      },
    ])
    const reply = await ask('POST', '/', only)
    assert.deepEqual(status(reply), ['200'])
    assert.ok(reply.headers.get('chartwarden-receipt'))
    assert.deepEqual((await ask('POST', '/', bundle('transaction', []))).json.entry, undefined)
  })

  await t.test('what is no batch and no transaction is refused', async () => {
    for (const type of ['collection', 'searchset', 'history', 'document', 'banana'])
      assert.equal((await ask('POST', '/', bundle(type, []))).status, 400, type)
    assert.equal((await ask('POST', '/', patient('Alone'))).status, 400)
  })
})
