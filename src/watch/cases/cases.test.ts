import assert from 'node:assert/strict'
import test from 'node:test'
import { createBudget } from '../calibrate/budget.ts'
import type { CaseAlert } from './case.ts'
import { changedParts, packEvidence } from './evidence-pack.ts'
import { createExposed, type JudgedAccess } from './exposed.ts'
import { createGatherCases } from './gather-cases.ts'
import { tellCase } from './told-case.ts'
import { createVerdictCounts, teach } from './verdict-counts.ts'

const DAY = 86_400_000
const START = Date.parse('2026-03-01T08:00:00Z')
const score = (id: string, nats: number) => ({ score: id, nats, says: `what ${id} measures` })
const because = (more: object = {}) => ({
  role: 'Nurse',
  class: 'unexplained' as const,
  path: 'none',
  when: 'none',
  flags: [],
  by: 'learned' as const,
  why: '',
  ...more,
})
const alert = (day: number, more: Partial<CaseAlert> = {}): CaseAlert => ({
  at: START + day * DAY,
  entities: { actor: 'ann', patient: 'p1', session: 's1' },
  score: 4,
  p: 1e-4,
  action: 'ask',
  explanation: 'ann (Nurse): read of p1. Nobody here has to do with the patient at this time.',
  contributions: [score('unexplained', 5)],
  because: because(),
  ...more,
})
let rows = 0
const access = (at: number, more: Partial<JudgedAccess> = {}): JudgedAccess => ({
  at: START + at,
  actor: 'ann',
  session: 's0',
  network: 'n',
  device: 'd',
  action: 'read',
  resourceType: 'Observation',
  patient: 'p1',
  count: 2,
  purpose: 'TREAT',
  failed: false,
  ref: rows++,
  class: 'unexplained',
  step: 'allow',
  ...more,
})

test('alerts about one person belong together for fourteen days, and a case that was judged takes no more', () => {
  const cases = createGatherCases()
  const first = cases.add(alert(0))
  assert.equal(cases.add(alert(10)), first)
  assert.equal(cases.add(alert(23)), first)
  const second = cases.add(alert(38))
  assert.notEqual(second, first)
  second.verdict = { finding: 'justified', reason: 'a float', by: 'officer', at: START }
  assert.notEqual(cases.add(alert(39)), second)
})

test('many at one chart are one case, many accounts from one place another, and they know of each other', () => {
  const cases = createGatherCases()
  const piles = ['ann', 'bob', 'cem'].map((actor, n) =>
    cases.add(alert(n, { entities: { actor, patient: 'star' }, contributions: [score('pile-on', 6)] })),
  )
  assert.equal(new Set(piles).size, 1)
  assert.equal(piles[0]?.kind, 'patient')
  assert.equal(piles[0]?.actors.size, 3)
  const own = cases.add(alert(4, { entities: { actor: 'bob', patient: 'p9' } }))
  assert.notEqual(own, piles[0])
  assert.deepEqual([...own.related], [piles[0]?.id])
  const tried = ['x1', 'x2'].map((actor) =>
    cases.add(alert(5, { entities: { actor, network: 'far' }, because: because({ held: 'network' }) })),
  )
  assert.equal(new Set(tried).size, 1)
  assert.equal(tried[0]?.about, 'far')
})

test('what was exposed is what nothing explains before the block, and the whole session of the alert', () => {
  const cases = createGatherCases()
  const one = cases.add(alert(1, { action: 'freeze', because: because({ held: 'session', by: 'bound' }) }))
  const exposed = createExposed([one])
  const given = [
    access(0, { session: 'early' }),
    access(1000, { session: 'early', class: 'explained' }),
    access(DAY - 2000, { session: 's1', class: 'explained', patient: 'p2', action: 'export', count: 5 }),
    access(DAY - 1000, { session: 's1', failed: true, patient: 'p3' }),
    access(DAY - 500, { actor: 'bob', session: 's9', patient: 'p4' }),
    access(DAY, { session: 's1', step: 'freeze', patient: 'p5' }),
    access(DAY + 1000, { session: 'later', patient: 'p6', action: 'update' }),
  ]
  for (const each of given) {
    assert.equal(exposed.interests(each), each.actor === 'ann')
    exposed.note(each)
  }
  const [found] = exposed.exposures()
  assert.deepEqual(
    found?.before.map((of) => [of.patient, of.records, of.read, of.takenOut, of.unexplained]),
    [
      ['p2', 5, 0, 5, 0],
      ['p1', 2, 2, 0, 2],
    ],
  )
  assert.deepEqual(
    found?.after.map((of) => [of.patient, of.changed]),
    [['p6', 2]],
  )
  assert.equal(found?.stopped, 1)
  assert.equal(found?.records, 7)
  assert.equal(found?.blockedAt, START + DAY)
  assert.deepEqual(found?.refs, [given[0]?.ref, given[2]?.ref, given[6]?.ref])
})

test('a case is told with its stage, what would have explained it, and cases like it', () => {
  const cases = createGatherCases()
  const before = cases.add(alert(0, { entities: { actor: 'old', patient: 'p7' } }))
  before.verdict = { finding: 'misuse', reason: 'a neighbour', by: 'officer', at: START + DAY }
  const one = cases.add(alert(2, { contributions: [score('unexplained', 5), score('export', 3)] }))
  cases.add(alert(3, { contributions: [score('unexplained', 9)], because: because({ flags: ['family'] }) }))
  const told = tellCase(one, cases.all())
  assert.equal(told.stage?.id, 'exfiltration')
  assert.deepEqual(
    told.contributions.map((each) => [each.score, each.nats]),
    [
      ['unexplained', 9],
      ['export', 3],
    ],
  )
  assert.equal(told.wouldHaveExplained.length, 3)
  assert.equal(told.similar[0]?.finding, 'misuse')
  assert.equal(told.timeline.length, 2)
  assert.match(told.timeline[0]?.says ?? '', /^ann \(Nurse\): read of p1/)
})

test('a verdict teaches once: the budget, and what is counted of templates and signs', () => {
  const cases = createGatherCases()
  const one = cases.add(alert(0, { because: because({ flags: ['family'] }) }))
  const other = cases.add(alert(0, { entities: { actor: 'bob' } }))
  const budget = createBudget(1)
  const counts = createVerdictCounts()
  const verdict = { finding: 'misuse' as const, reason: 'said so', by: 'officer', at: START }
  assert.equal(teach(one, verdict, { budget, counts }), true)
  assert.equal(teach(one, verdict, { budget, counts }), false)
  assert.ok(budget.wealth > 0)
  teach(other, { ...verdict, finding: 'justified' }, { budget, counts })
  assert.equal(budget.wealth, 0)
  assert.deepEqual(counts.flags(), [{ flag: 'family', right: 1, wrong: 0 }])
  assert.deepEqual(counts.unexplained(), { right: 1, wrong: 1 })
  const measure = { role: 'Nurse', path: 'own', when: 'inside', support: 1, precision: 1, worth: 'explained' } as const
  assert.deepEqual(counts.beside([measure]), [measure])
})

test('a pack shows which of its parts was changed', () => {
  const cases = createGatherCases()
  const told = tellCase(cases.add(alert(0)), cases.all())
  const made = packEvidence({ case: told, alerts: ['{}'], decisions: ['row', '1,weak,ask'] }, {}, new Date(START))
  const read = JSON.parse(JSON.stringify(made)) as typeof made
  assert.deepEqual(changedParts(read), [])
  assert.deepEqual(changedParts({ ...read, decisions: ['row', '1,weak,allow'] }), ['decisions'])
  assert.deepEqual(changedParts({ ...read, case: { ...read.case, about: 'bob' } }), ['case'])
})
