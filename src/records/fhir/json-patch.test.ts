import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '../../kernel/refusal.ts'
import { applyPatch } from './json-patch.ts'
import { inputFiles, needsInputs } from './test-inputs.ts'

type Case = { comment?: string; doc: unknown; patch: unknown; expected?: unknown; error?: string; disabled?: boolean }
const patched = (patch: unknown, text: string) => applyPatch(JSON.stringify(patch), text)

test('the json-patch-tests that HL7 uses', needsInputs, () => {
  let count = 0
  for (const { name, text } of inputFiles('fhir/r4-testcases/patch'))
    for (const { comment, doc, patch, expected, error, disabled } of JSON.parse(text) as Case[]) {
      if (disabled) continue
      count++
      const act = () => JSON.parse(patched(patch, JSON.stringify(doc))) as unknown
      if (error !== undefined) assert.throws(act, Refusal, `${name}: ${comment}`)
      else assert.deepEqual(act(), expected ?? doc, `${name}: ${comment}`)
    }
  assert.ok(count > 10, `${count}`)
})

test('numbers keep their lexemes and members their order; a test compares by value', () => {
  const text = '{"b":1.50,"a":[0.10,1E2],"c":{"d":-0.0}}'
  const patch =
    '[{"op":"test","path":"/b","value":1.5},{"op":"copy","from":"/a/1","path":"/c/e"},{"op":"add","path":"/f","value":2.00}]'
  assert.equal(applyPatch(patch, text), '{"b":1.50,"a":[0.10,1E2],"c":{"d":-0.0,"e":1E2},"f":2.00}')
  assert.throws(() => patched([{ op: 'test', path: '/a/0', value: '0.10' }], text), Refusal)
})

test('what is no patch, or does not apply, is refused and never an exception of another kind', () => {
  const text = '{"a":[1,{"b":2}]}'
  for (const patch of [
    null,
    {},
    'x',
    [null],
    [[]],
    [{}],
    [{ op: 'add', path: '/x' }],
    [{ op: 'toString', path: '/a' }],
    [{ op: 'constructor', path: '/a' }],
    [{ op: '_get', path: '/a' }],
    [{ op: 'remove', path: '' }],
    [{ op: 'remove', path: 'a' }],
    [{ op: 'remove', path: '/a~2' }],
    [{ op: 'remove', path: '/a/-' }],
    [{ op: 'remove', path: '/a/01' }],
    [{ op: 'remove', path: '/a/length' }],
    [{ op: 'replace', path: '/constructor', value: 1 }],
    [{ op: 'add', path: '/__proto__', value: {} }],
    [{ op: 'add', path: '/constructor/prototype/x', value: 1 }],
    [{ op: 'add', path: '/a/3', value: 1 }],
    [{ op: 'move', from: '/a', path: '/a/0' }],
    [{ op: 'copy', path: '/b' }],
    [{ op: 'add', path: '/a/0/0', value: 1 }],
  ])
    assert.throws(() => patched(patch, text), Refusal, JSON.stringify(patch))
  assert.throws(() => applyPatch('[{"op":"add","op":"remove","path":"/a"}]', text), Refusal)
})

test('a patch that doubles what it copies ends before it fills the memory', () => {
  const doubling = Array.from({ length: 60 }, (_, n) => ({ op: 'copy', from: '', path: `/x${n}` }))
  assert.throws(
    () => patched(doubling, JSON.stringify({ a: 'a'.repeat(1000) })),
    (error) => error instanceof Refusal && error.code === 'request.too-large',
  )
})
