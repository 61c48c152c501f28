import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChance } from '../../../src/watch/calibrate/chance.ts'
import { growForest, pathLength } from './isolation-forest.ts'

test('path lengths are those of the paper', () => {
  assert.equal(pathLength(1), 0)
  assert.equal(pathLength(2), 1)
  assert.ok(Math.abs(pathLength(256) - 10.2448) < 0.001)
})

test('what lies apart is isolated sooner than what lies within', () => {
  const chance = createChance(3)
  const points = Array.from({ length: 600 }, () => Float64Array.of(chance(), chance(), 1))
  const forest = growForest(points)
  const inside = forest.score(Float64Array.of(0.5, 0.5, 1))
  const outside = forest.score(Float64Array.of(3, 3, 1))
  assert.ok(outside > 0.65, `${outside}`)
  assert.ok(inside < 0.5, `${inside}`)
})

test('the same seed grows the same forest', () => {
  const points = Array.from({ length: 50 }, (_, at) => Float64Array.of(at, at % 7))
  const point = Float64Array.of(60, 3)
  assert.equal(growForest(points, 5).score(point), growForest(points, 5).score(point))
})
