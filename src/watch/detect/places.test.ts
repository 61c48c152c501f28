import assert from 'node:assert/strict'
import test from 'node:test'
import { newSession } from '../state/session-state.ts'
import { createNovelty } from './novelty.ts'
import { createSignIns } from './sign-ins.ts'

const NOON = Date.UTC(2026, 2, 2, 12)
const PLACE = 1

test('where many sign in, one failure for every five of them says nothing; where nobody does, each counts', () => {
  const victimsAfter = (succeed: number, fail: number) => {
    const signIns = createSignIns()
    for (let n = 0; n < succeed; n++) signIns.succeeded(100 + n, PLACE, NOON)
    for (let n = 0; n < fail; n++) signIns.failed(500 + n, PLACE, NOON)
    return signIns.victims(PLACE, NOON)
  }
  assert.equal(victimsAfter(0, 8), 8)
  assert.equal(victimsAfter(50, 8), 0)
  assert.equal(victimsAfter(50, 30), 20)
})

test('a session that goes on in two places is as remarkable as such sessions are rare, and is noted once', () => {
  const novelty = createNovelty()
  const movedAfter = (others: number) => {
    for (let n = 0; n < others; n++) novelty.moves(newSession(n, 1, 1, NOON), 2, 2)
    const session = newSession(9, 1, 1, NOON)
    novelty.moves(session, 2, 2)
    const once = session.movedNats
    novelty.moves(session, 3, 3)
    assert.equal(session.movedNats, once)
    return once
  }
  const rare = movedAfter(0)
  assert.ok(rare > 3, `${rare}`)
  assert.ok(movedAfter(200) < rare / 2)
})
