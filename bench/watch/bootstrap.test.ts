import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootstrap, quantile, ratio } from './bootstrap.ts'

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length

test('the interval holds the figure, narrows with more units, and is the same every time', () => {
  const few = Array.from({ length: 8 }, (_, at) => at % 4)
  const many = Array.from({ length: 200 }, (_, at) => at % 4)
  const wide = bootstrap(few, mean)
  const narrow = bootstrap(many, mean)
  assert.equal(wide.value, 1.5)
  assert.ok(wide.low <= 1.5 && wide.high >= 1.5)
  assert.ok(narrow.high - narrow.low < wide.high - wide.low)
  assert.deepEqual(bootstrap(few, mean), wide)
})

test('the interval of a mean is about four standard errors wide', () => {
  const values = Array.from({ length: 100 }, (_, at) => at)
  const { low, high } = bootstrap(values, mean, 4000)
  const error = Math.sqrt(mean(values.map((one) => (one - 49.5) ** 2)) / 100)
  assert.ok(Math.abs((high - low) / error - 3.92) < 0.3)
})

test('one unit has no interval, and nothing of nothing is no number', () => {
  assert.ok(Number.isNaN(bootstrap([1], mean).low))
  assert.ok(Number.isNaN(ratio(0, 0)))
  assert.ok(Number.isNaN(quantile([], 0.5)))
})

test('quantiles lie between their neighbours', () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5)
  assert.equal(quantile([1, 2, 3], 1), 3)
  assert.equal(quantile([7], 0.95), 7)
})
