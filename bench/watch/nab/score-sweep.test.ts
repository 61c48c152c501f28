import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  countAt,
  type Judged,
  normalised,
  PROFILES,
  type Profile,
  probationOf,
  scoreCorpus,
  sweep,
} from './score-sweep.ts'
import { upperTail, windowedGaussian } from './windowed-gaussian.ts'

const [standard, lowFalse] = PROFILES as readonly [Profile, Profile, Profile]
const series = (alarms: readonly number[], windows: Judged['windows']): Judged => {
  const scores = new Float64Array(1000)
  for (const row of alarms) scores[row] = 1
  return { name: 'one', scores, windows }
}

test('no alarm is worth 0 and an alarm at the first row of every window 100', () => {
  const windows = [
    [300, 399],
    [700, 799],
  ] as const
  for (const profile of PROFILES) {
    assert.equal(scoreCorpus([series([], windows)], profile).score, 0)
    assert.equal(scoreCorpus([series([300, 700], windows)], profile).score, 100)
  }
})

test('the sooner in a window the better, and only the best alarm of it counts', () => {
  const at = (...alarms: number[]) => scoreCorpus([series(alarms, [[300, 399]])], standard).raw
  assert.ok(at(300) > at(350))
  assert.ok(at(350) > at(395))
  assert.equal(at(300, 310, 320), at(300))
})

test('a false alarm far from every window costs the weight of the profile, one just after a window less', () => {
  const raw = (alarms: readonly number[], profile: Profile) =>
    sweep([series(alarms, [[300, 399]])], profile).find(({ threshold }) => threshold === 1)?.raw as number
  assert.ok(Math.abs(raw([300, 900], standard) - (1 - 0.11)) < 1e-9)
  assert.ok(Math.abs(raw([300, 900], lowFalse) - (1 - 0.22)) < 1e-9)
  assert.ok(raw([300, 405], standard) > raw([300, 900], standard))
  assert.ok(Math.abs(raw([300, 200], standard) - (1 - 0.11)) < 1e-9)
})

test('the probation is 15 % of the rows, 750 at most, and alarms in it count for nothing', () => {
  assert.equal(probationOf(1000), 150)
  assert.equal(probationOf(22_000), 750)
  assert.deepEqual(countAt([series([100, 149, 150], [[300, 399]])], 1), { found: 0, windows: 1, false: 1 })
})

test('the scale goes from the score without alarms to that of perfection', () => {
  assert.equal(normalised(-10, 10, standard), 0)
  assert.equal(normalised(10, 10, standard), 100)
  assert.equal(normalised(0, 10, standard), 50)
})

test('the tail of the normal distribution', () => {
  for (const [z, p] of [
    [0, 0.5],
    [1, 0.158655253931457],
    [2.99, 0.0013948872354923],
    [5, 2.86651571879194e-7],
    [8, 6.22096057427178e-16],
  ] as const)
    assert.ok(Math.abs(upperTail(z) / p - 1) < 1e-10, `${z}`)
})

test('the windowed Gaussian sees a value far from those before', () => {
  const values = Float64Array.from({ length: 500 }, (_, at) => (at === 400 ? 100 : Math.sin(at)))
  const scores = windowedGaussian(values)
  assert.equal(scores[400], 1)
  assert.ok(Math.max(...scores.slice(50, 400)) < 0.99)
})
