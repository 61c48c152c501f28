import assert from 'node:assert/strict'
import test from 'node:test'
import type { EntryId } from '../kernel/ids.ts'
import { missingRows } from './missing-rows.ts'

const digest = (n: number) => Buffer.alloc(32, n)
const entries = (...each: number[][]) =>
  new Map(each.map((digests, n) => [`entry ${n}` as EntryId, Buffer.concat(digests.map(digest))]))
const seen = (...each: number[][]) =>
  new Map(each.map((rows, n) => [`entry ${n}` as EntryId, new Set(rows.map((one) => digest(one).toString('base64')))]))

test('every row is there', () => {
  assert.equal(missingRows(entries([1, 2], [3]), seen([1, 2], [3])).size, 0)
})

test('a row that is gone is missed by its entry', () => {
  assert.deepEqual(
    [...missingRows(entries([1, 2], [3]), seen([1], []))],
    [
      ['entry 0', 1],
      ['entry 1', 1],
    ],
  )
})

test('a row that was resealed, and resealed again, is not missing', () => {
  assert.equal(missingRows(entries([1, 2], [1, 3]), seen([2], [3])).size, 0)
  assert.equal(missingRows(entries([1, 2], [1, 3], [3, 4]), seen([2], [], [4])).size, 0)
})

test('a resealed row that is gone, or put back as it was, is missing', () => {
  assert.deepEqual([...missingRows(entries([1], [1, 3]), seen([], []))], [['entry 1', 1]])
  assert.deepEqual([...missingRows(entries([1], [1, 3]), seen([1], []))], [['entry 1', 2]])
})
