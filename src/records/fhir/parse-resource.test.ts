import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Refusal } from '../../kernel/refusal.ts'
import { parseResource, parseStrictly } from './parse-resource.ts'
import { inputBytes, needsInputs } from './test-inputs.ts'

const refusedWith = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code

test('number lexemes and order survive; whitespace outside strings does not', () => {
  const { resource, text } = parseResource(
    '\n{ "resourceType" : "Observation",\r\n\t"valueQuantity": { "value" : 1.10 , "unit": "a  b\\" : c" }, "x": [ ] }\n',
  )
  assert.equal(text, '{"resourceType":"Observation","valueQuantity":{"value":1.10,"unit":"a  b\\" : c"},"x":[]}')
  assert.equal(resource.resourceType, 'Observation')
})

const REFUSED: [string, string][] = [
  ['', 'request.malformed'],
  ['[]', 'request.malformed'],
  ['null', 'request.malformed'],
  ['"Patient"', 'request.malformed'],
  ['{}', 'request.malformed'],
  ['{"resourceType":1}', 'request.malformed'],
  ['{"resourceType":["Patient"]}', 'request.malformed'],
  ['{"resourceType":"Banana"}', 'request.invalid'],
  ['{"resourceType":"__proto__"}', 'request.invalid'],
  ['\ufeff{"resourceType":"Patient"}', 'request.malformed'],
  ['{"resourceType":"Patient","id":"a","id":"b"}', 'request.malformed'],
  ['{"resourceType":"Patient","id":"a","\\u0069d":"b"}', 'request.malformed'],
  ['{"resourceType":"Patient","name":[{"a":1,"b":{"c":1,"c":1}}]}', 'request.malformed'],
  ['{"resourceType":"Patient","__proto__":{"x":1}}', 'request.malformed'],
  ['{"resourceType":"Patient","a":[{"\\u005f_proto__":1}]}', 'request.malformed'],
  ['{"resourceType":"Patient","id":"\\ud800"}', 'request.malformed'],
  ['{"resourceType":"Patient","id":["\\uDC00"]}', 'request.malformed'],
  ['{"resourceType":"Patient","\\ud800":1}', 'request.malformed'],
  ['{"resourceType":"Patient","id":"\ud800"}', 'request.malformed'],
  ['{"resourceType":"Patient"} x', 'request.malformed'],
  [`{"resourceType":"Patient","a":${'['.repeat(70)}${']'.repeat(70)}}`, 'request.malformed'],
  [`${'['.repeat(500_000)}`, 'request.malformed'],
]
for (const [text, code] of REFUSED)
  test(`refused: ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.throws(() => parseResource(text), refusedWith(code))
  })

test('a refusal does not repeat the text', () => {
  for (const text of ['{"resourceType":"Patient","secret":"Miller" oops}', '{"Miller":1,"Miller":2}'])
    assert.throws(
      () => parseResource(text),
      (error) => error instanceof Refusal && !JSON.stringify([error.message, error.issues]).includes('Miller'),
    )
})

test('escaped surrogate pairs and a key called constructor are JSON like any other', () => {
  assert.equal(parseResource('{"resourceType":"Patient","id":"\\ud83d\\ude00","constructor":1}').resource.id, '😀')
})

test('any JSON object comes back the same, compact, however it is spaced', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })),
      fc.constantFrom(' ', '\n\t', ''),
      (object, space) => {
        fc.pre(!JSON.stringify(object).includes('__proto__'))
        const parsed = parseStrictly(JSON.stringify(object, null, space))
        assert.deepEqual(parsed.value, JSON.parse(JSON.stringify(object)))
        assert.equal(parsed.text, JSON.stringify(object))
      },
    ),
  )
})

test('JSONTestSuite: what must be refused is refused, nothing else is thrown', needsInputs, () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let count = 0
  for (const { name, bytes } of inputBytes('security/jsontestsuite/test_parsing')) {
    let text: string
    try {
      text = decoder.decode(bytes)
    } catch {
      assert.ok(!name.startsWith('y_'), name)
      continue
    }
    count++
    let outcome = 'accepted'
    try {
      parseStrictly(text)
    } catch (error) {
      assert.ok(error instanceof Refusal, name)
      outcome = error.code
    }
    // RFC 8259 says names SHOULD be unique, so the suite accepts duplicates; I-JSON and we do not.
    const isDuplicate = name.startsWith('y_object_duplicated_key')
    if (name.startsWith('y_')) assert.equal(outcome, isDuplicate ? 'request.malformed' : 'accepted', name)
    if (name.startsWith('n_')) assert.equal(outcome, 'request.malformed', name)
    assert.throws(() => parseResource(text), Refusal, name)
  }
  assert.ok(count > 280)
})

test('naughty strings go through untouched', needsInputs, () => {
  const list = inputBytes('security/blns').find((each) => each.name === 'blns.json')
  const strings = JSON.parse(list?.bytes.toString('utf8') ?? '[]') as string[]
  assert.ok(strings.length > 400)
  for (const each of strings) {
    const text = JSON.stringify({ resourceType: 'Basic', language: each })
    const parsed = parseResource(text)
    assert.equal(parsed.text, text)
    assert.equal(parsed.resource.language, each)
  }
})
