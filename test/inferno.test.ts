import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import entries from './inferno.json' with { type: 'json' }
import { SHARED_DATA, withoutSharedData } from './vectors/shared-data.ts'

/**
 * Every test of the Inferno kits for SMART App Launch, Bulk Data, TLS and ONC certification (g)(10), by its id: a test of
 * ours whose title begins with the id, others it is made of, or why there is none.
 */
type Entry = {
  readonly test?: string
  readonly 'made of'?: readonly string[]
  readonly 'not applicable'?: string
  readonly 'not yet'?: string
}
const all = entries as Readonly<Record<string, Entry>>
const ROOT = fileURLToPath(new URL('..', import.meta.url))

test('no test of Inferno is forgotten', { skip: withoutSharedData }, () => {
  const theirs = JSON.parse(readFileSync(join(SHARED_DATA, 'inferno', 'inferno-tests.json'), 'utf8')) as {
    id: string
  }[]
  assert.equal(theirs.length, 182)
  assert.deepEqual([...new Set(theirs.map((one) => one.id))].sort(), Object.keys(all).sort())
})

test('each is one thing: tested, made of others, not applicable or not yet, with a reason', () => {
  for (const [id, entry] of Object.entries(all)) {
    assert.equal(Object.keys(entry).length, 1, id)
    const reason = entry['not applicable'] ?? entry['not yet']
    if (reason !== undefined) assert.ok(reason.length > 20, id)
  }
})

test('the tests that are named exist', () => {
  for (const [id, { test: file }] of Object.entries(all)) {
    if (file === undefined) continue
    assert.match(readFileSync(join(ROOT, file), 'utf8'), new RegExp(`['\`]${id}: `), `${id} in ${file}`)
  }
})

test('what is made of others is made of what is tested', () => {
  const tested = (id: string, seen: readonly string[] = []): boolean => {
    const entry = all[id]
    if (entry === undefined || seen.includes(id)) return false
    return entry.test !== undefined || (entry['made of']?.every((one) => tested(one, [...seen, id])) ?? false)
  }
  for (const [id, entry] of Object.entries(all)) if (entry['made of'] !== undefined) assert.ok(tested(id), id)
})
