import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { dateRange } from './date-range.ts'

const iso = (text: string) => dateRange(text)?.map((ms) => new Date(ms).toISOString())

test('a date stands for all of what its precision leaves open', () => {
  assert.deepEqual(iso('2024'), ['2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'])
  assert.deepEqual(iso('2024-12'), ['2024-12-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'])
  assert.deepEqual(iso('2024-02-29'), ['2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'])
  assert.deepEqual(iso('2024-02-29T10:00'), ['2024-02-29T10:00:00.000Z', '2024-02-29T10:01:00.000Z'])
  assert.deepEqual(iso('2024-02-29T10:00:00-05:30'), ['2024-02-29T15:30:00.000Z', '2024-02-29T15:30:01.000Z'])
  assert.deepEqual(iso('2024-02-29T10:00:00.25Z'), ['2024-02-29T10:00:00.250Z', '2024-02-29T10:00:00.260Z'])
  assert.deepEqual(iso('2024-02-29T10:00:00.123999Z'), ['2024-02-29T10:00:00.123Z', '2024-02-29T10:00:00.124Z'])
  assert.deepEqual(iso('0001'), ['0001-01-01T00:00:00.000Z', '0002-01-01T00:00:00.000Z'])
})

test('what is no date is undefined', () => {
  for (const text of ['', '24', '2024-13', '2024-02-30', '2024-01-01T25:00', '2024-01-01T', 'now', '2024-01-01 10:00'])
    assert.equal(dateRange(text), undefined, text)
})

test('an instant starts where Date says', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9000-01-01'), noInvalidDate: true }), (date) => {
      assert.deepEqual(dateRange(date.toISOString()), [date.getTime(), date.getTime() + 1])
    }),
  )
})
