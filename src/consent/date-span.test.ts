import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { dateSpan, periodSpan, type Span, spanCovers, spanHolds, spanOfBoth, spansMeet } from './date-span.ts'

const iso = (text: unknown) => dateSpan(text)?.map((at) => new Date(at).toISOString())

test('a date stands for all that its precision leaves open', () => {
  assert.deepEqual(iso('2024'), ['2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'])
  assert.deepEqual(iso('2024-12'), ['2024-12-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'])
  assert.deepEqual(iso('2024-02-29'), ['2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'])
  assert.deepEqual(iso('2016-05-26T00:41:10-04:00'), ['2016-05-26T04:41:10.000Z', '2016-05-26T04:41:11.000Z'])
  assert.deepEqual(iso('2024-02-29T10:00:00.5Z'), ['2024-02-29T10:00:00.500Z', '2024-02-29T10:00:00.600Z'])
  assert.deepEqual(iso('0099'), ['0099-01-01T00:00:00.000Z', '0100-01-01T00:00:00.000Z'])
  for (const odd of [
    '',
    '24',
    '2024-13',
    '2023-02-29',
    '2024-01-01T10:00',
    '2024-01-01T10:00:00',
    '2024-01-01T24:00:00Z',
    '2024-01-01T10:00:00+15:00',
    'now',
    2024,
    null,
    undefined,
  ])
    assert.equal(dateSpan(odd), undefined, String(odd))
})

test('a period includes its last moment, and makes sense or is none', () => {
  assert.deepEqual(periodSpan({ start: '2022', end: '2022-12-31' }), [Date.UTC(2022, 0), Date.UTC(2023, 0)])
  assert.deepEqual(periodSpan({ end: '2022' }), [null, Date.UTC(2023, 0)])
  for (const odd of [
    {},
    [],
    null,
    'x',
    { start: '2023', end: '2022' },
    { start: 'x' },
    { start: '2022', _end: {} },
    { end: null },
  ])
    assert.equal(periodSpan(odd), undefined, JSON.stringify(odd))
})

test('spans behave as sets of moments', () => {
  const edge = fc.option(fc.integer({ min: 0, max: 9 }))
  const span = fc
    .tuple(edge, edge)
    .filter(([from, to]) => from === null || to === null || from < to) as fc.Arbitrary<Span>
  const moments = Array.from({ length: 12 }, (_, n) => n - 1)
  fc.assert(
    fc.property(span, span, (one, other) => {
      const [a, b] = [one, other].map((each) => moments.filter((at) => spanHolds(each, at))) as [number[], number[]]
      const shared = a.filter((at) => b.includes(at))
      assert.equal(spansMeet(one, other), shared.length > 0)
      assert.equal(
        spanCovers(one, other),
        b.every((at) => a.includes(at)),
      )
      const both = spanOfBoth(one, other)
      assert.deepEqual(both === undefined ? [] : moments.filter((at) => spanHolds(both, at)), shared)
    }),
  )
})
