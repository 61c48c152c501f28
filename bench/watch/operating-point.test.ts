import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Judged } from './judge-alerts.ts'
import { allowed, foundAbove, thresholdFor, topOfWeeks, type Watched } from './operating-point.ts'

const DAY = 86_400_000
const alert = (score: number, finds: readonly string[], day = 0, late = false): Judged => ({
  score,
  at: day * DAY,
  actor: 'a',
  row: 0,
  says: '',
  finds,
  late,
})
const hospital = (...alerts: Judged[]): Watched => ({ alerts, staff: 100, testDays: 10 })

test('the budget is counted over all hospitals', () => {
  assert.equal(allowed([hospital(), hospital()], 1), 2)
  assert.equal(allowed([hospital()], 0.1), 0.1)
})

test('the threshold leaves as many false alerts as the budget allows', () => {
  const watched = [hospital(alert(5, []), alert(4, ['x']), alert(3, []), alert(2, []), alert(9, [], 0, true))]
  assert.equal(thresholdFor(watched, 1), 3)
  assert.equal(thresholdFor(watched, 0.1), 5)
  assert.equal(thresholdFor(watched, 3), Number.NEGATIVE_INFINITY)
  assert.deepEqual([...foundAbove(watched[0] as Watched, 3)], ['x'])
  assert.deepEqual([...foundAbove(watched[0] as Watched, 5)], [])
})

test('the top of a week is judged week by week', () => {
  const watched = hospital(alert(1, ['x'], 1), alert(3, [], 2), alert(2, ['y'], 3), alert(1, ['z'], 8))
  assert.deepEqual(topOfWeeks(watched, 2, 0), { shown: 3, right: 2 })
})
