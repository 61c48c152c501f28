import assert from 'node:assert/strict'
import test from 'node:test'
import { createPeerEnds } from './peer-ends.ts'

test('nobody raises what is usual alone, and two do', () => {
  const ends = createPeerEnds()
  for (let person = 1; person <= 20; person++) ends.note('nurse', 0, person, person % 5)
  assert.equal(ends.end('nurse', 0), 4)
  for (let day = 0; day < 30; day++) ends.note('nurse', 0, 7, 10 + day)
  assert.equal(ends.end('nurse', 0), 4)
  ends.note('nurse', 0, 8, 20)
  assert.equal(ends.end('nurse', 0), 20)
  for (let day = 0; day < 200; day++) ends.note('nurse', 0, 8, 1)
  assert.equal(ends.end('nurse', 0), 4, 'what is long ago fades')
})

test('of two people nothing can be told apart', () => {
  const ends = createPeerEnds()
  ends.note('coder', 0, 1, 50)
  ends.note('coder', 0, 2, 3)
  assert.equal(ends.end('coder', 0), Number.POSITIVE_INFINITY)
  assert.equal(ends.end('nobody', 0), Number.POSITIVE_INFINITY)
})
