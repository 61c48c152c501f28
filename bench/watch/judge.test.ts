import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACTIONS, CLASSES, STEPS, type Step } from '../../src/watch/access.ts'
import { createNames } from '../../src/watch/hospital/names.ts'
import { isFalse, judgeAlert } from './judge-alerts.ts'
import { judgeCampaigns } from './judge-campaigns.ts'
import { judgeFriction } from './judge-friction.ts'
import type { Campaign, Decisions, Trail } from './trail.ts'

type Row = {
  at: number
  actor: string
  action?: string
  count?: number
  campaign?: string
  step?: Step
  class?: string
  stressor?: number
  explainable?: boolean
}

function trailOf(rows: readonly Row[]): { trail: Trail; decisions: Decisions } {
  const names = createNames()
  const campaigns: Campaign[] = []
  const place = rows.map(({ campaign, at, actor }, row) => {
    if (campaign === undefined) return -1
    let found = campaigns.findIndex(({ id }) => id === campaign)
    if (found === -1)
      found =
        campaigns.push({ id: campaign, scenario: 's', stealth: 'low', variant: '', rows: [], spans: new Map() }) - 1
    const one = campaigns[found] as Campaign
    one.rows.push(row)
    const who = names.of(actor)
    one.spans.set(who, { from: one.spans.get(who)?.from ?? at, to: at })
    return found
  })
  const trail: Trail = {
    names,
    rows: rows.length,
    at: Float64Array.from(rows, ({ at }) => at),
    actor: Int32Array.from(rows, ({ actor }) => names.of(actor)),
    patient: Int32Array.from(rows, (_, row) => names.of(`p${row}`)),
    network: new Int32Array(rows.length),
    device: new Int32Array(rows.length),
    resource: new Int32Array(rows.length),
    action: Uint8Array.from(rows, ({ action = 'read' }) => (ACTIONS as readonly string[]).indexOf(action)),
    count: Int32Array.from(rows, ({ count = 1 }) => count),
    failed: new Uint8Array(rows.length),
    campaign: Int32Array.from(place),
    explainable: Uint8Array.from(rows, ({ explainable }) => (explainable ? 1 : 0)),
    stressor: Uint8Array.from(rows, ({ stressor = 0 }) => stressor),
    stressors: ['', 'flood'],
    campaigns,
    learnUntil: 100,
    learnDays: 0,
    testDays: 1,
    staff: 10,
  }
  const decisions = {
    class: Uint8Array.from(rows, ({ class: said = 'unexplained' }) => (CLASSES as readonly string[]).indexOf(said)),
    step: Uint8Array.from(rows, ({ step = 'allow' }) => STEPS.indexOf(step)),
  }
  return { trail, decisions }
}

test('records before the first block are exposed, those that are held are not, and learning does not count', () => {
  const { trail, decisions } = trailOf([
    { at: 50, actor: 'a', campaign: 'c', count: 100 },
    { at: 1000, actor: 'a', campaign: 'c', count: 5 },
    { at: 2000, actor: 'a', campaign: 'c', count: 7, action: 'update' },
    { at: 3000, actor: 'a', campaign: 'c', count: 11, step: 'freeze' },
    { at: 4000, actor: 'a', campaign: 'c', count: 13 },
    { at: 5000, actor: 'a', campaign: 'c', count: 17, step: 'freeze', class: 'explained' },
  ])
  const [outcome] = judgeCampaigns(trail, decisions, [])
  assert.equal(outcome?.exposedBefore, 5)
  assert.equal(outcome?.exposed, 18)
  assert.equal(outcome?.modifiedBefore, 7)
  assert.equal(outcome?.patientsBefore, 2)
  assert.deepEqual(outcome?.blockedAfter, { rows: 2, seconds: 2, step: 'freeze' })
  assert.equal(outcome?.wronglyExcused, 1)
  assert.equal(outcome?.alertedAfter, undefined)
})

test('an alert finds the campaign of its row, or that of the person it names while they take part', () => {
  const { trail } = trailOf([
    { at: 1000, actor: 'a', campaign: 'c' },
    { at: 1500, actor: 'a' },
    { at: 2000, actor: 'a', campaign: 'c' },
    { at: 2500, actor: 'b' },
    { at: 3000, actor: 'a' },
    { at: 3500, actor: 'b', campaign: 'd' },
  ])
  const told = (row: number) => {
    const at = trail.at[row] as number
    return judgeAlert(trail, { score: 4, at, from: at, to: at, actor: trail.actor[row] as number, row })
  }
  assert.deepEqual(told(0).finds, ['c'])
  assert.deepEqual(told(1).finds, ['c'])
  assert.deepEqual(told(5).finds, ['d'])
  assert.ok(isFalse(told(3)))
  assert.ok(told(4).late && !isFalse(told(4)))
})

test('a block of honest work is false unless an attack by the same account came before', () => {
  const { trail, decisions } = trailOf([
    { at: 1000, actor: 'a', campaign: 'c', step: 'freeze' },
    { at: 2000, actor: 'a', step: 'freeze' },
    { at: 3000, actor: 'b', step: 'freeze', stressor: 1 },
    { at: 4000, actor: 'b', step: 'freeze' },
    { at: 5000, actor: 'd', step: 'ask', class: 'explained', explainable: true },
  ])
  const friction = judgeFriction(trail, decisions)
  assert.equal(friction.honest, 4)
  assert.equal(friction.blockedAlong, 1)
  assert.equal(friction.blocked, 2)
  assert.equal(friction.blockedUnderStress, 1)
  assert.deepEqual(friction.falseBlocks, [{ row: 2, actor: 'b', rows: 2, stressor: 'flood', step: 'freeze' }])
  assert.equal(friction.asked, 1)
  assert.equal(friction.trulyExplained, 1)
})
