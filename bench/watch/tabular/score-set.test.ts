import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChance } from '../../../src/watch/calibrate/chance.ts'
import { areaUnderCurve } from './area-under-curve.ts'
import { parseSet } from './read-set.ts'
import { scoreSet } from './score-set.ts'

test('the area under the curve counts pairs in the right order, ties half', () => {
  assert.equal(areaUnderCurve([1, 2, 3, 4], [false, false, true, true]), 1)
  assert.equal(areaUnderCurve([1, 2, 3, 4], [true, true, false, false]), 0)
  assert.equal(areaUnderCurve([1, 1, 1, 1], [false, true, false, true]), 0.5)
  assert.equal(areaUnderCurve([1, 3, 2, 4], [false, false, true, true]), 0.75)
  assert.ok(Number.isNaN(areaUnderCurve([1, 2], [false, false])))
})

test('a set is read with and without a header, its label by name or in the last column', () => {
  const named = parseSet('a', 'label,x,y2\n1,5,6\n0,7,8\n')
  assert.deepEqual(
    [...named.points.map((one) => [...one])],
    [
      [5, 6],
      [7, 8],
    ],
  )
  assert.deepEqual(named.anomalous, [true, false])
  const bare = parseSet('b', '5,6,1\n7,8,0\n')
  assert.deepEqual(bare.anomalous, [true, false])
  assert.throws(() => parseSet('c', 'x,label\n1,0\nfoo,1\n'), /row 2/)
})

test('points far from two clusters are found, learned clean or with the anomalies among them', () => {
  const chance = createChance(7)
  const lines = Array.from({ length: 400 }, (_, at) => {
    const far = at % 20 === 0
    const centre = far ? 0 : at % 2 === 0 ? -5 : 5
    return `${centre + chance()},${centre + chance()},${far ? 1 : 0}`
  })
  const set = parseSet('clusters', lines.join('\n'))
  assert.ok(scoreSet(set, 'clean', 1) > 0.99)
  assert.ok(scoreSet(set, 'contaminated', 1) > 0.9)
})
