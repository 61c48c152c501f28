import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '../../kernel/refusal.ts'
import { splitBundle } from './split-bundle.ts'

test('each entry has its request and the exact text of its resource', () => {
  const { type, entries } = splitBundle(`{ "resourceType": "Bundle", "type": "transaction", "entry": [
    { "fullUrl": "urn:uuid:1", "request": { "method": "POST", "url": "Observation", "ifNoneExist": "a=b" },
      "resource": { "value": 1.10, "resourceType": "Observation", "s": "]}, {\\"" } },
    { "request": { "method": "DELETE", "url": "Patient/1" } },
    { "resource": { "resourceType": "Banana", "x": [1, {}] } },
    { "resource": 7 },
    {}
  ] }`)
  assert.equal(type, 'transaction')
  assert.deepEqual(entries[0], {
    fullUrl: 'urn:uuid:1',
    request: { method: 'POST', url: 'Observation', ifNoneExist: 'a=b' },
    text: '{"value":1.10,"resourceType":"Observation","s":"]}, {\\""}',
    resource: { value: 1.1, resourceType: 'Observation', s: ']}, {"' },
  })
  assert.deepEqual(entries.slice(1), [
    { request: { method: 'DELETE', url: 'Patient/1' } },
    { text: '{"resourceType":"Banana","x":[1,{}]}' },
    { text: '7' },
    {},
  ])
})

test('a Bundle without entries', () => {
  assert.deepEqual(splitBundle('{"resourceType":"Bundle","type":"batch"}'), { type: 'batch', entries: [] })
  assert.deepEqual(splitBundle('{"resourceType":"Bundle","type":"batch","entry":[]}'), { type: 'batch', entries: [] })
})

const REFUSED: [string, string][] = [
  ['{', 'request.malformed'],
  ['{"resourceType":"Patient"}', 'request.invalid'],
  ['{"resourceType":"Bundle"}', 'request.invalid'],
  ['{"resourceType":"Bundle","type":"batch","entry":{}}', 'request.invalid'],
  ['{"resourceType":"Bundle","type":"batch","entry":[null]}', 'request.invalid'],
  ['{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":1}]}', 'request.invalid'],
  ['{"resourceType":"Bundle","type":"batch","entry":[{"request":[]}]}', 'request.invalid'],
  ['{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET"}}]}', 'request.invalid'],
  [
    '{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"a","ifMatch":1}}]}',
    'request.invalid',
  ],
]
for (const [text, code] of REFUSED)
  test(`refused: ${text}`, () => {
    assert.throws(
      () => splitBundle(text),
      (error) => error instanceof Refusal && error.code === code,
    )
  })
