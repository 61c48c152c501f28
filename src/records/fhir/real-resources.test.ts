/** The validator, the index and the text edits, over what others wrote. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { extractValues } from './extract-values.ts'
import { parseResource } from './parse-resource.ts'
import { collectReferences, rewriteStrings, withIdentity, withoutServerMeta } from './rewrite-text.ts'
import { splitBundle } from './split-bundle.ts'
import { INVALID_EXAMPLES, inputFiles, needsInputs } from './test-inputs.ts'
import { validateResource } from './validate-resource.ts'

test('the official R4 examples are valid, but for those that are not', needsInputs, () => {
  const found: Record<string, string | undefined> = {}
  let count = 0
  for (const { name, text } of inputFiles('fhir/r4-examples')) {
    count++
    const [first] = validateResource(parseResource(text).resource)
    if (first) found[name] = first.expression
  }
  assert.ok(count > 700)
  assert.deepEqual(found, Object.fromEntries(Object.entries(INVALID_EXAMPLES).map(([name, [path]]) => [name, path])))
})

for (const folder of ['fhir/us-core-610-examples', 'fhir/ips-examples'])
  test(`${folder} are valid`, needsInputs, () => {
    let count = 0
    for (const { name, text } of inputFiles(folder)) {
      count++
      assert.deepEqual(validateResource(parseResource(text).resource), [], name)
    }
    assert.ok(count > 40)
  })

test('every resource of 34 synthetic charts is valid, and is cut out exactly', needsInputs, () => {
  let count = 0
  for (const folder of ['synthea/bundles', 'synthea/00-load-first'])
    for (const { name, text } of inputFiles(folder)) {
      const { entries } = splitBundle(text)
      const whole = JSON.parse(text) as { entry: { resource: unknown }[] }
      for (const [index, entry] of entries.entries()) {
        count++
        assert.ok(entry.resource && entry.text, name)
        assert.deepEqual(validateResource(entry.resource), [], name)
        if (index % 10 > 0) continue
        assert.deepEqual(JSON.parse(entry.text), whole.entry[index]?.resource, name)
        const stored = withIdentity(entry.text, { id: 'a', versionId: '2', lastUpdated: '2026-01-01T00:00:00.000Z' })
        const again = parseResource(stored).resource
        assert.deepEqual(withoutServerMeta(again), withoutServerMeta(entry.resource))
        assert.deepEqual([again.id, again.meta?.versionId], ['a', '2'])
        assert.ok(Object.keys(extractValues(again)).length > 0)
        const map = new Map(collectReferences(again).map((each) => [each, 'Basic/x']))
        assert.ok(collectReferences(parseResource(rewriteStrings(stored, map)).resource).every((r) => r === 'Basic/x'))
      }
    }
  assert.equal(count, 15_399)
})

test('whatever is broken in an example, the answer is issues and never an exception', needsInputs, () => {
  const junk = [null, 0, -1, '', '#', 'Patient/1', 'javascript:', [], [null], {}, [[]], [{}], true, { reference: 'a' }]
  let seed = 7
  const pick = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % below
  }
  let refused = 0
  for (const { text } of inputFiles('fhir/r4-examples')) {
    if (text.length > 20_000) continue
    const { resource } = parseResource(text)
    const places: [Record<string, unknown>, string][] = []
    const walk = (node: Record<string, unknown>) => {
      for (const [key, value] of Object.entries(node)) {
        places.push([node, key])
        if (typeof value === 'object' && value !== null) walk(value as Record<string, unknown>)
      }
    }
    walk(resource)
    for (let round = 0; round < 3; round++) {
      const [node, key] = places[pick(places.length)] ?? [resource, 'id']
      if (node === resource && key === 'resourceType') continue
      const name = pick(4) === 0 ? `_${key}` : key
      const before = node[name]
      node[name] = pick(3) === 0 ? [before ?? null] : junk[pick(junk.length)]
      if (validateResource(resource).length > 0) refused++
      assert.equal(typeof extractValues(resource), 'object')
      assert.ok(Array.isArray(collectReferences(resource)))
    }
  }
  assert.ok(refused > 1000)
})
