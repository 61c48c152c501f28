import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { collectReferences, rewriteStrings, withIdentity, withoutServerMeta } from './rewrite-text.ts'

const IDENTITY = { id: 'x', versionId: '7', lastUpdated: '2026-01-01T00:00:00.000Z' }
const META = '"versionId":"7","lastUpdated":"2026-01-01T00:00:00.000Z"'

const IDENTITIES: [string, string][] = [
  ['{"resourceType":"Patient"}', `{"resourceType":"Patient","id":"x","meta":{${META}}}`],
  [
    '{"id":"old","active":true,"meta":{"versionId":"1","tag":[{"code":"a"}],"lastUpdated":"2000"},"resourceType":"Patient","n":1.10}',
    `{"resourceType":"Patient","id":"x","meta":{${META},"tag":[{"code":"a"}]},"active":true,"n":1.10}`,
  ],
  [
    '{"resourceType":"Patient","contained":[{"resourceType":"X","id":"c","meta":{"versionId":"1"}}]}',
    `{"resourceType":"Patient","id":"x","meta":{${META}},"contained":[{"resourceType":"X","id":"c","meta":{"versionId":"1"}}]}`,
  ],
  [
    '{"resourceType":"Patient","\\u0069d":"old","a":"\\"id\\":{["}',
    `{"resourceType":"Patient","id":"x","meta":{${META}},"a":"\\"id\\":{["}`,
  ],
]
for (const [before, after] of IDENTITIES)
  test(`identity: ${before.slice(0, 70)}`, () => assert.equal(withIdentity(before, IDENTITY), after))

test('identity: everything else stays as it is, whatever it is', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
      const { id: _id, meta: _meta, ...rest } = { ...members, resourceType: 'Basic' } as Record<string, unknown>
      const text = JSON.stringify(rest)
      const { id, meta, ...kept } = JSON.parse(withIdentity(text, IDENTITY)) as Record<string, unknown>
      assert.deepEqual(kept, JSON.parse(text))
      assert.deepEqual([id, meta], ['x', { versionId: '7', lastUpdated: IDENTITY.lastUpdated }])
    }),
  )
})

const UUID = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a'
const MAP = new Map([
  [UUID, 'Patient/abc'],
  ['Practitioner?identifier=http://x|1', 'Practitioner/7'],
])
const REWRITES: [string, string][] = [
  [`{"reference":"${UUID}"}`, '{"reference":"Patient/abc"}'],
  [`{"a":["${UUID}","y"],"b":"${UUID}"}`, '{"a":["Patient/abc","y"],"b":"Patient/abc"}'],
  [`{"${UUID}":"${UUID}x"}`, `{"${UUID}":"${UUID}x"}`],
  ['{"reference":"Practitioner?identifier=http://x|1"}', '{"reference":"Practitioner/7"}'],
  ['{"reference":"Practitioner?identifier=http:\\/\\/x|1"}', '{"reference":"Practitioner/7"}'],
  [
    `{"identifier":[{"system":"urn:ietf:rfc:3986","value":"${UUID}"}]}`,
    `{"identifier":[{"system":"urn:ietf:rfc:3986","value":"${UUID}"}]}`,
  ],
  [`{"text":"say \\"${UUID}\\""}`, `{"text":"say \\"${UUID}\\""}`],
  [
    `{"div":"<div><a href=\\"${UUID}\\">x</a> ${UUID} <img src='${UUID}'/></div>","n":1.0}`,
    `{"div":"<div><a href=\\"Patient/abc\\">x</a> ${UUID} <img src='Patient/abc'/></div>","n":1.0}`,
  ],
]
for (const [before, after] of REWRITES)
  test(`rewrite: ${before.slice(0, 70)}`, () => assert.equal(rewriteStrings(before, MAP), after))

test('rewrite: nothing to replace gives the same text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      assert.equal(rewriteStrings(text, MAP), text)
    }),
  )
})

test('references are collected at every depth, in order', () => {
  const resource = {
    resourceType: 'List',
    subject: { reference: 'Patient/1' },
    entry: [{ item: { reference: '#a' } }, { item: { display: 'reference' } }],
    contained: [{ resourceType: 'Basic', subject: { reference: 'Patient/2' } }],
  }
  assert.deepEqual(collectReferences(resource), ['Patient/1', '#a', 'Patient/2'])
})

test('without what the server sets', () => {
  const before = { resourceType: 'Basic', id: 'a', meta: { versionId: '1', lastUpdated: 'x', tag: [{ code: 'c' }] } }
  assert.deepEqual(withoutServerMeta(before), { resourceType: 'Basic', meta: { tag: [{ code: 'c' }] } })
  assert.deepEqual(withoutServerMeta({ resourceType: 'Basic', meta: { versionId: '1' } }), { resourceType: 'Basic' })
  assert.equal(before.id, 'a')
})
