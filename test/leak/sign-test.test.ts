import assert from 'node:assert/strict'
import test from 'node:test'
import { signTest, timePairs } from './sign-test.ts'

test('as often slower as not says nothing, always slower says everything', () => {
  assert.ok(signTest({ slower: 50, of: 100 }) > 0.99)
  assert.ok(Math.abs(signTest({ slower: 60, of: 100 }) - 0.0574) < 0.001)
  assert.ok(Math.abs(signTest({ slower: 33, of: 100 }) - 0.00097) < 0.0001)
  assert.ok(signTest({ slower: 100, of: 100 }) < 1e-15)
})

test('a difference that is there is found', async () => {
  const wait = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms))
  assert.ok(signTest(await timePairs(40, wait(4), wait(1))) < 0.001)
})
