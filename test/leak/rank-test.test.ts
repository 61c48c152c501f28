import assert from 'node:assert/strict'
import test from 'node:test'
import { quietTimes, rankTest } from './rank-test.ts'

const many = (count: number, of: (n: number) => number) => Array.from({ length: count }, (_, n) => of(n))

test('the same ranks say nothing, others say everything', () => {
  assert.ok(rankTest([1, 4, 5, 8], [2, 3, 6, 7]) > 0.99)
  assert.ok(
    rankTest(
      many(30, () => 1),
      many(30, () => 1),
    ) > 0.99,
  )
  assert.ok(
    rankTest(
      many(30, (n) => n),
      many(30, (n) => n + 100),
    ) < 1e-9,
  )
  // U = 18 of 50: z = 32 / sqrt(10 * 10 * 21 / 12) = 2.419
  const [low, high] = [
    [1, 2, 3, 4, 5, 6, 7, 15, 16, 14],
    [8, 9, 10, 11, 12, 13, 17, 18, 19, 20],
  ]
  assert.ok(Math.abs(rankTest(low, high) - 0.0156) < 0.0002)
})

test('a difference that is there is found', async () => {
  const wait = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms))
  const times = await quietTimes([...many(20, () => 0).map(() => wait(4)), ...many(20, () => 0).map(() => wait(1))], 3)
  assert.ok(rankTest(times.slice(0, 20), times.slice(20)) < 0.001)
})
