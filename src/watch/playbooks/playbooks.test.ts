import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { CaseAlert } from '../cases/case.ts'
import { createGatherCases } from '../cases/gather-cases.ts'
import { parseCondition } from './condition.ts'
import { exportPlaybook } from './export-playbook.ts'
import { parsePlaybook } from './parse-playbook.ts'
import { planOf, stepKey } from './plan.ts'
import { EXTENSION, type Playbook } from './playbook.ts'
import { PLAYBOOKS, readPlaybooks } from './read-playbooks.ts'
import { tryPlaybooks } from './try-playbooks.ts'

const START = Date.parse('2026-03-01T08:00:00Z')
const HOUR = 3_600_000
const alert = (more: Partial<CaseAlert> = {}): CaseAlert => ({
  at: START,
  entities: { actor: 'ann', patient: 'p1' },
  score: 4,
  p: 1e-4,
  action: 'ask',
  explanation: 'ann: read of p1, who is known to the public.',
  contributions: [{ score: 'unexplained', nats: 5, says: 'all that no relation explains' }],
  because: {
    role: 'Nurse',
    class: 'unexplained',
    path: 'none',
    when: 'none',
    flags: [],
    by: 'learned',
    why: '',
  },
  ...more,
})
const action = (name: string, more: object = {}) => ({
  type: 'action',
  name,
  commands: [{ type: 'manual', command: 'Why, {actor}?' }],
  on_completion: 'end--x',
  ...more,
})
const written = (workflow: object, more: object = {}) => ({
  type: 'playbook',
  spec_version: 'cacao-2.0',
  id: 'playbook--1',
  name: 'A playbook',
  description: 'For a test.',
  playbook_extensions: { [EXTENSION]: { on: 'alert', trigger: '[x-watch-case:score >= 3]' } },
  workflow_start: 'start--x',
  workflow: { 'start--x': { type: 'start', on_completion: 'action--x' }, 'end--x': { type: 'end' }, ...workflow },
  ...more,
})
const parsed = (value: unknown): Playbook => {
  const found = parsePlaybook('x.json', value)
  if (Array.isArray(found)) throw new Error(JSON.stringify(found))
  return found
}
const faultsOf = (value: unknown): string => {
  const found = parsePlaybook('x.json', value)
  return Array.isArray(found) ? found.map((one) => `${one.file} ${one.place}: ${one.says}`).join('\n') : ''
}

test('the playbooks that come along are in order', () => {
  const { playbooks, faults } = readPlaybooks(PLAYBOOKS)
  assert.deepEqual(faults, [])
  assert.ok(playbooks.length >= 7)
})

test('what is wrong is named, with its file and its place', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [written({ 'action--x': action('fly') }), /^x\.json workflow\.action--x\.name: unknown step "fly"; known: notify/],
    [written({ 'action--x': action('freeze') }), /workflow\.action--x\.timeout: freeze says when it ends/],
    [written({ 'action--x': action('ask-manager', { on_completion: 'end--y' }) }), /no step "end--y"/],
    [written({ 'action--x': action('ask-manager', { on_completion: 'action--x' }) }), /comes back to itself/],
    [written({ 'action--x': action('ask-manager'), 'end--z': { type: 'end' } }), /end--z: is never reached/],
    [written({ 'action--x': action('ask-manager', { delay: -1 }) }), /delay: is a whole number/],
    [
      written({ 'action--x': action('notify-person', { commands: [{ type: 'manual', command: '{diagnosis}' }] }) }),
      /unknown \{diagnosis\}/,
    ],
    [
      written({ 'action--x': action('notify-person', { commands: [{ type: 'manual', command: '{why}' }] }) }),
      /tells the person \{why\}/,
    ],
    [
      written({
        'action--x': { type: 'if-condition', condition: '[x-watch-case:mood = 3]', on_true: 'end--x' },
      }),
      /action--x: a step is named by its type/,
    ],
    [
      written({}, { playbook_extensions: { [EXTENSION]: { on: 'alert', trigger: '[x-watch-case:mood = 3]' } } }),
      /trigger: unknown condition "mood"; known: score/,
    ],
    [{ ...written({ 'action--x': action('open-case') }), colour: 'red' }, /colour: is not understood here/],
    [[], /one JSON object/],
  ]
  for (const [value, says] of wrong) assert.match(faultsOf(value), says)
})

test('conditions are compared by kind, and words that are unknown are errors', () => {
  assert.match(String(parseCondition('score > 3')), /stands in brackets/)
  assert.match(String(parseCondition("[x-watch-case:flag = 'friend']")), /"friend" is no flag; known: self/)
  assert.match(String(parseCondition("[x-watch-case:score = 'high']")), /compared with a number/)
  assert.match(String(parseCondition("[x-watch-case:flag > 'vip']")), /compared by = or !=/)
  assert.equal(
    typeof parseCondition("[x-watch-case:flag = 'vip' AND x-watch-case:score >= 2 OR x-watch-case:machine = true]"),
    'object',
  )
})

test('a plan has times, texts and ends, and names of the patient nothing but the id', () => {
  const { playbooks } = readPlaybooks(PLAYBOOKS)
  const gather = createGatherCases()
  const first = alert()
  const of = gather.add(first)
  const plan = planOf(playbooks, of, first)
  assert.deepEqual(
    plan.map((one) => [one.kind, one.dueAt - START]),
    [
      ['open-case', 0],
      ['notify-person', 0],
      ['ask-manager', 24 * HOUR],
    ],
  )
  const text = plan.find((one) => one.kind === 'notify-person')?.text ?? ''
  assert.match(text, /^We noticed that you opened the chart of p1 on 2026-03-01 08:00/)
  assert.doesNotMatch(plan.map((one) => one.text).join(' '), /known to the public|vip/i)
  const planned = new Set(plan.map(stepKey))
  const second = alert({ at: START + HOUR, score: 8 })
  const more = planOf(playbooks, gather.add(second), second, planned)
  assert.deepEqual(
    more.map((one) => one.kind),
    ['tell-officer'],
  )
})

test('of two playbooks that want the same, the one of higher priority has it; machines are not asked', () => {
  const book = (name: string, priority: number) =>
    parsed(written({ 'action--x': action('ask-manager', { delay: 5, timeout: 7 }) }, { id: name, name, priority }))
  const gather = createGatherCases()
  const first = alert()
  const plan = planOf([book('later', 60), book('sooner', 20)], gather.add(first), first)
  assert.deepEqual(
    plan.map((one) => [one.playbook, one.dueAt, one.expiresAt]),
    [['sooner', START + 5, START + 12]],
  )
  const machine = alert({ entities: { actor: 'svc-portal' }, action: 'quarantine' })
  const kinds = planOf(readPlaybooks(PLAYBOOKS).playbooks, gather.add(machine), machine).map((one) => one.kind)
  assert.ok(kinds.includes('tell-officer') && !kinds.includes('notify-person'))
})

test('what they would have done is counted, each step once for a case and a person', () => {
  const { playbooks } = readPlaybooks(PLAYBOOKS)
  const alerts = [alert({ at: START - 40 * 24 * HOUR }), alert(), alert({ at: START + HOUR })]
  const tried = tryPlaybooks(playbooks, alerts, START)
  const asked = tried.find((one) => one.file === 'ask-the-person.json')
  assert.equal(asked?.steps['notify-person'], 1)
  assert.equal(asked?.cases.size, 1)
  assert.equal(tried.find((one) => one.file === 'held.json')?.alerts, 0)
})

test('an export names steps by UUIDs and gives every action an agent', () => {
  const given = JSON.parse(readFileSync(join(PLAYBOOKS, 'held.json'), 'utf8')) as Record<string, unknown>
  const exported = exportPlaybook(given) as {
    workflow_start: string
    workflow: Record<string, { type: string; agent?: string; on_completion?: string; on_true?: string }>
    agent_definitions: Record<string, unknown>
  }
  const ids = Object.keys(exported.workflow)
  assert.ok(
    ids.every((id) =>
      /^(start|end|action|if-condition)--[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
    ),
  )
  assert.ok(ids.includes(exported.workflow_start))
  for (const step of Object.values(exported.workflow)) {
    for (const next of [step.on_completion, step.on_true]) assert.ok(next === undefined || ids.includes(next))
    if (step.type === 'action') assert.ok(step.agent !== undefined && step.agent in exported.agent_definitions)
  }
})
