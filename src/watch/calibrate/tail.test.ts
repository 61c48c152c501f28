import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChance } from './chance.ts'
import { createTail } from './tail.ts'

const exponential = (chance: () => number) => -Math.log(1 - chance())

test('p is about the share of the peers at or above a value, and goes on beyond the last of them', () => {
  const chance = createChance(7)
  const tail = createTail(chance)
  for (let n = 0; n < 2000; n++) tail.add(exponential(chance))
  for (const x of [0.5, 1, 2, 3]) assert.ok(Math.abs(tail.p(x) / Math.exp(-x) - 1) < 0.35, `p(${x}) is ${tail.p(x)}`)
  const far = tail.p(12)
  assert.ok(far > 1e-7 && far < 1e-4, `p(12) is ${far}`)
  assert.ok(tail.p(14) < far)
})

test('nothing is unusual until there are peers', () => {
  const tail = createTail(createChance(1))
  for (let n = 0; n < 20; n++) tail.add(1)
  assert.equal(tail.p(1000), 1)
})

test('a few poisoned days in the baseline do not hide the next one', () => {
  const chance = createChance(3)
  const clean = createTail(chance)
  const poisoned = createTail(chance)
  for (let n = 0; n < 2000; n++) {
    const value = exponential(chance)
    clean.add(value)
    poisoned.add(n % 500 === 0 ? 40 : value)
  }
  assert.ok(poisoned.p(20) < 1e-5, `p is ${poisoned.p(20)}`)
  assert.ok(Math.log10(poisoned.p(20) / clean.p(20)) < 2)
})

test('the baseline follows a change within its own length', () => {
  const chance = createChance(5)
  const tail = createTail(chance)
  for (let n = 0; n < 3000; n++) tail.add(exponential(chance))
  assert.ok(tail.p(30) < 1e-6)
  for (let n = 0; n < 8000; n++) tail.add(25 + exponential(chance))
  assert.ok(tail.p(26) > 0.2)
})

test('a saved tail goes on as the original does', () => {
  const chance = createChance(9)
  const tail = createTail(chance)
  for (let n = 0; n < 500; n++) tail.add(exponential(chance))
  const copy = createTail(createChance(1), undefined, structuredClone(tail.save()))
  for (const x of [0.1, 1, 3, 9]) assert.equal(copy.p(x), tail.p(x))
})

test('where peers hardly differ, a little more is not taken for very much more', () => {
  const counts = (grain: number) => {
    const tail = createTail(createChance(1), undefined, undefined, grain)
    for (let n = 0; n < 2000; n++) tail.add(n % 50 === 0 ? 1 : 0)
    return tail
  }
  const p = counts(1).p(3)
  assert.ok(p > 1e-4 && counts(0).p(3) < p / 10, `${p}, without a grain ${counts(0).p(3)}`)
  assert.ok(counts(1).p(30) < 1e-6, 'and very much more still is')
})
