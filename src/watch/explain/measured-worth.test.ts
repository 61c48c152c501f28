import assert from 'node:assert/strict'
import test from 'node:test'
import { createMeasuredWorth } from './measured-worth.ts'
import { cellOf, WHENS } from './templates.ts'

const inside = WHENS.indexOf('inside')
const longAfter = WHENS.indexOf('after-14')
const TEAM = cellOf('team', inside)
const OWN = cellOf('own', inside)
const TEAM_LONG_AFTER = cellOf('team', longAfter)

/** A week of a role: so many accesses by each cell, and the same many looks at others. */
function weighed(real: readonly [number, number][], chance: readonly [number, number][]) {
  const worth = createMeasuredWorth()
  const all = (cells: readonly [number, number][]) => cells.flatMap(([cell, many]) => Array<number>(many).fill(cell))
  const [at, others] = [all(real), all(chance)]
  for (const [n, cell] of at.entries()) worth.note('nurse', cell, others[n % others.length])
  worth.weigh()
  return worth
}

test('what holds as often for others explains nothing, however rarely it is all there is', () => {
  const worth = weighed(
    [
      [OWN, 990],
      [TEAM, 10],
    ],
    [
      [-1, 500],
      [TEAM, 500],
    ],
  )
  assert.equal(worth.worth('nurse', TEAM), 'unexplained')
  assert.equal(worth.worth('nurse', OWN), 'explained')
  assert.equal(worth.worth('clerk', TEAM), 'weak', 'of a role that was not seen, the words count')
})

test('what holds far more often than by chance is proposed to the officer, and decides nothing by itself', () => {
  const worth = weighed(
    [
      [OWN, 600],
      [TEAM, 200],
      [TEAM_LONG_AFTER, 200],
    ],
    [[-1, 1000]],
  )
  assert.equal(worth.worth('nurse', TEAM), 'weak')
  assert.equal(worth.worth('nurse', TEAM_LONG_AFTER), 'unexplained')
  const proposed = worth.measures().map(({ path, when, proposed: to }) => [path, when, to])
  assert.deepEqual(proposed, [
    ['own', 'inside', undefined],
    ['team', 'inside', 'explained'],
    ['team', 'after-14', 'weak'],
  ])
})
