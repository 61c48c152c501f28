import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deserialize, serialize } from 'node:v8'
import { type Access, isBlock } from './access.ts'
import { createWatch, type Watch } from './engine.ts'
import type { Snapshot } from './parts.ts'
import { WATCH_DEFAULTS } from './settings.ts'
import { access, DAY, nurse, ordinaryDay, patient, START, testHospital } from './test-hospital.ts'

const LEARN = 14
const NOON = 12 * 3_600_000
const settings = { ...WATCH_DEFAULTS, learnUntil: START + LEARN * DAY }

function learnt(days = 40): Watch {
  const watch = createWatch(testHospital(days), settings)
  for (let day = 0; day < LEARN; day++) for (const one of ordinaryDay(day)) watch.consider(one)
  return watch
}

/** Somebody opens strange charts from a time on, `everyMs` apart; returns how many were given before it was stopped. */
function steals(watch: Watch, from: number, charts: number, how: (n: number) => Partial<Access>, everyMs = 2_000) {
  let given = 0
  for (let n = 0; n < charts; n++) {
    const actor = how(n).actor ?? nurse(3)
    const verdict = watch.consider(access(from + n * everyMs, actor, patient(300 + n), how(n)))
    if (!isBlock(verdict.step)) given++
  }
  return given
}

test('ordinary days are explained, and nobody is stopped', () => {
  const watch = learnt()
  let explained = 0
  let all = 0
  for (let day = LEARN; day < LEARN + 7; day++)
    for (const one of ordinaryDay(day)) {
      const verdict = watch.consider(one)
      all++
      if (verdict.class === 'explained') explained++
      assert.ok(!isBlock(verdict.step), verdict.why)
    }
  assert.ok(explained / all > 0.92 && explained / all < 0.97, `explained ${explained / all}`)
})

test('splitting a theft over sessions, devices and places does not raise the bound', () => {
  const at = START + LEARN * DAY + NOON
  const plain = steals(learnt(), at, 100, () => ({}))
  const split = steals(learnt(), at, 100, (n) => ({
    session: `session-${n % 20}`,
    device: `station-${n % 10}`,
    network: `net-${n % 5}`,
  }))
  assert.ok(plain <= 30, `plain ${plain}`)
  assert.ok(split <= plain, `split ${split} of ${plain}`)
})

test('who writes into every chart they open is taken for at work, and is bounded at twice as many all the same', () => {
  const at = START + LEARN * DAY + NOON
  const plain = steals(learnt(), at, 100, () => ({}))
  const watch = learnt()
  let given = 0
  for (let n = 0; n < 100; n++)
    for (const action of ['create', 'read'] as const) {
      const verdict = watch.consider(access(at + n * 2_000, nurse(3), patient(300 + n), { action }))
      if (action === 'read' && !isBlock(verdict.step)) given++
    }
  assert.ok(given > plain && given <= plain * 2 + 1, `${given} with writing, ${plain} without`)
})

test('a flood of alerts about others does not hide the one that matters', () => {
  const watch = learnt()
  const at = START + LEARN * DAY + NOON
  let raised = 0
  // Half of the nurses make a noise: a handful of strange charts each, again and again.
  for (let round = 0; round < 8; round++)
    for (let n = 0; n < 20; n++)
      if (watch.consider(access(at + (round * 20 + n) * 1_000, nurse(n), patient(300 + round))).alert !== undefined)
        raised++
  assert.ok(raised <= 20, `one matter for each person at most: ${raised}`)
  const thief = nurse(33)
  let told: string | undefined
  let given = 0
  for (let n = 0; n < 100; n++) {
    const { step, alert } = watch.consider(access(at + 400_000 + n * 1_000, thief, patient(300 + n)))
    if (!isBlock(step)) given++
    if (alert?.entities.actor === thief) told ??= alert.action
  }
  assert.equal(told, 'freeze')
  // A crowd loosens the bound three times at most.
  assert.ok(given <= 90, `given ${given}`)
})

test('a baseline that is poisoned a little more each day does not raise the bound', () => {
  const watch = learnt(80)
  const thief = nurse(3)
  for (let day = LEARN; day < LEARN + 40; day++) {
    const own = Array.from({ length: 2 + (day - LEARN) }, (_, n) =>
      access(START + day * DAY + NOON + n * 20_000, thief, patient(300 + (n % 100))),
    )
    const all = [...ordinaryDay(day), ...own].sort((one, other) => one.at - other.at)
    for (const one of all) watch.consider(one)
  }
  const given = steals(watch, START + (LEARN + 41) * DAY + NOON, 100, () => ({ actor: nurse(7) }))
  assert.ok(given <= 30, `given ${given}`)
})

test('a restart in the middle of a day changes no decision', () => {
  const days = Array.from({ length: LEARN + 3 }, (_, day) => ordinaryDay(day)).flat()
  const noise = Array.from({ length: 60 }, (_, n) =>
    access(START + (LEARN + 1) * DAY + NOON + n * 1_500, nurse(5), patient(300 + n)),
  )
  const all = [...days, ...noise].sort((one, other) => one.at - other.at)
  const middle = all.findIndex((one) => one.at >= START + (LEARN + 1) * DAY + NOON + 20_000)
  const straight = createWatch(testHospital(40), settings)
  const before = createWatch(testHospital(40), settings)
  let after: Watch | undefined
  for (const [n, one] of all.entries()) {
    if (n === middle) {
      straight.save()
      after = createWatch(testHospital(40), settings, deserialize(serialize(before.save())) as Snapshot)
    }
    const { hold: _, ...expected } = straight.consider(one)
    const { hold: __, ...found } = (after ?? before).consider(one)
    assert.deepEqual(found, expected)
  }
})
