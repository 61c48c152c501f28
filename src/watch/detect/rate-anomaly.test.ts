import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChance } from '../calibrate/chance.ts'
import { createRateAnomaly, RATE_SIGNS } from './rate-anomaly.ts'

const FIVE_MINUTES = 300_000

/** Weeks of a rate with a day and a night, and what is done to it. */
function looks(days: number, change: (value: number, row: number) => number = (value) => value) {
  const detector = createRateAnomaly(createChance(1))
  const noise = createChance(2)
  return Array.from({ length: days * 288 }, (_, row) => {
    const usual = 100 + 40 * Math.sin((row / 288) * 2 * Math.PI) + 6 * (noise() + noise() - 1)
    return detector.look(row * FIVE_MINUTES, change(usual, row))
  })
}

const greatest = (from: number, all: ReturnType<typeof looks>) =>
  all.slice(from).reduce((best, one, at) => (one.alarm > (all[best]?.alarm ?? 0) ? at + from : best), from)

test('a spike, a fall and a shift of level are the greatest alarms of their weeks, and at once', () => {
  const spike = looks(21, (value, row) => (row === 5000 ? value + 200 : value))
  assert.equal(greatest(2000, spike), 5000)
  const fall = looks(21, (value, row) => (row >= 5000 && row < 5040 ? 0 : value))
  assert.ok(Math.abs(greatest(2000, fall) - 5000) <= 2)
  const level = looks(21, (value, row) => (row >= 5000 ? value + 120 : value))
  assert.ok(Math.abs(greatest(2000, level) - 5000) <= 16)
})

test('an excursion that lasts is told once, not with every value', () => {
  const alarms = looks(21, (value, row) => (row >= 5000 && row < 5200 ? value * 3 : value))
  const limit = (alarms[greatest(2000, alarms)]?.alarm ?? 0) / 3
  assert.ok(alarms.slice(5000, 5200).filter(({ alarm }) => alarm >= limit).length <= 3)
})

test('nothing is said before anything was learned, and a flat line is no alarm', () => {
  const detector = createRateAnomaly(createChance(1))
  for (let row = 0; row < 2000; row++) {
    const { score } = detector.look(row * FIVE_MINUTES, 7)
    assert.ok(score < 2, `${row}: ${score} of ${RATE_SIGNS.length} signs`)
  }
})
