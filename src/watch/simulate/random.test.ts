import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandom } from './random.ts'

const many = (draw: () => number) => Array.from({ length: 20_000 }, draw)
const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length

test('a seed is a stream, and a fork leaves it where it is', () => {
  const one = createRandom('seed')
  const other = createRandom('seed')
  other.fork('elsewhere').next()
  assert.deepEqual(Array.from({ length: 5 }, one.next), Array.from({ length: 5 }, other.next))
  assert.notEqual(createRandom('seed').next(), createRandom('seed ').next())
})

test('the distributions have the means they promise', () => {
  const random = createRandom('means')
  assert.ok(Math.abs(mean(many(random.next)) - 0.5) < 0.01)
  assert.ok(Math.abs(mean(many(random.normal))) < 0.03)
  assert.ok(Math.abs(mean(many(() => random.exponential(3))) - 3) < 0.1)
  assert.ok(Math.abs(mean(many(() => random.poisson(4))) - 4) < 0.1)
  assert.ok(Math.abs(mean(many(() => random.poisson(90))) - 90) < 0.5)
  const drawn = many(() => random.logNormal(7, 0.5)).sort((a, b) => a - b)
  assert.ok(Math.abs(drawn[10_000]! - 7) < 0.2)
})

test('a sample has different members of the list', () => {
  const random = createRandom('sample')
  const list = [...Array(30).keys()]
  const taken = random.sample(list, 12)
  assert.equal(new Set(taken).size, 12)
  assert.equal(random.sample(list, 99).length, 30)
  assert.deepEqual(list, [...Array(30).keys()])
})
