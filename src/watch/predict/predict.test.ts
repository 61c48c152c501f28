import assert from 'node:assert/strict'
import test from 'node:test'
import { createChance } from '../calibrate/chance.ts'
import { createGatherCases } from '../cases/gather-cases.ts'
import { createHospital } from '../hospital/hospital.ts'
import { FOREVER } from '../hospital/relations.ts'
import type { Verdict } from '../verdict.ts'
import { createEntityHistory, dayOf } from './entity-history.ts'
import { type Forecast, scoreForecasts } from './forecast-score.ts'
import { createHazard, FEATURES, type FeatureName } from './hazard.ts'

const DAY = 86_400_000
const START = Date.parse('2026-03-02T09:00:00Z')
const at = (name: FeatureName) => FEATURES.indexOf(name)

function forecastsOf(came: (values: Float64Array, chance: () => number) => number): Forecast[] {
  const chance = createChance(7)
  const hazard = createHazard('person')
  const prior = createHazard('person')
  const found: Forecast[] = []
  let hits = 0
  for (let n = 0; n < 40_000; n++) {
    const values = new Float64Array(FEATURES.length)
    if (chance() < 0.1) values[at('alert-before')] = chance()
    values[at('unexplained')] = Math.log1p(chance() * 8)
    const did = chance() < came(values, chance)
    const base = (hits + 0.005) / (n + 1)
    if (n > 20_000)
      found.push({ name: `n${n}`, chance: hazard.chance(values), prior: prior.chance(values), base, came: did })
    hazard.learn(values, did)
    if (did) hits++
  }
  return found
}

test('where something foretells alerts, the forecasts learn it and are calibrated', () => {
  const score = scoreForecasts(
    forecastsOf((values) => 1 / (1 + Math.exp(4 - 3.5 * (values[at('alert-before')] as number)))),
  )
  assert.ok(score?.isBetter)
  assert.ok(score.topDecileLift > 2, `lift ${score.topDecileLift}`)
  assert.ok(score.brier < score.brierOfPrior)
  const rate = score.came / score.forecasts
  assert.ok(Math.abs(score.meanForecast - rate) < rate / 4, `forecast ${score.meanForecast}, came ${rate}`)
})

test('where nothing foretells them, it says that it is not better than the rate', () => {
  const score = scoreForecasts(forecastsOf(() => 0.02))
  assert.equal(score?.isBetter, false)
  assert.ok((score?.topDecileLift ?? 9) < 1.6)
})

test('scores are what they are defined to be, and equal forecasts share the highest tenth', () => {
  assert.equal(scoreForecasts([]), undefined)
  const one = (n: number, chance: number, came: boolean): Forecast => ({
    name: `${n}`,
    chance,
    prior: 0,
    base: 0.5,
    came,
  })
  const found = scoreForecasts(Array.from({ length: 20 }, (_, n) => one(n, n < 10 ? 0.8 : 0.1, n < 5)))
  assert.ok(found !== undefined)
  assert.ok(Math.abs(found.brier - (5 * 0.04 + 5 * 0.64 + 10 * 0.01) / 20) < 1e-12)
  assert.equal(found.brierOfBaseRate, 0.25)
  assert.equal(found.topDecileLift, 2)
})

test('features speak of what is known of somebody on that day', () => {
  const hospital = createHospital()
  const leaves = Math.floor((START + 10 * DAY) / 60_000)
  const member = { role: 'Nurse', unit: 'w1', address: '', familyName: '', employedFrom: 0, employedTo: FOREVER }
  hospital.addMember('ann', { ...member, employedTo: leaves })
  hospital.addMember('bob', member)
  hospital.addPatient('p1', {
    familyName: '',
    address: '',
    employee: 'bob',
    vip: true,
    deceasedAt: FOREVER,
    decoy: false,
  })
  const history = createEntityHistory(hospital)
  const access = (actor: string, day: number, more: object = {}) => ({
    at: START + day * DAY,
    actor,
    session: 's',
    network: 'n',
    device: 'd',
    action: 'read' as const,
    resourceType: 'Patient',
    patient: 'p1',
    count: 1,
    purpose: '',
    failed: false,
    ...more,
  })
  const verdict: Verdict = { class: 'unexplained', step: 'ask', why: '' }
  history.note(access('ann', 0), verdict)
  history.note(access('bob', 1, { action: 'login-failed', patient: '' }), {
    ...verdict,
    class: 'explained',
    step: 'allow',
  })
  const alert = {
    at: START + DAY,
    entities: { actor: 'bob', patient: 'p1' },
    score: 4,
    p: 1e-4,
    action: 'ask' as const,
    explanation: '',
    contributions: [],
  }
  const of = createGatherCases().add(alert)
  history.alert(alert, of)
  const day = dayOf(START) + 1
  const seen = new Map([...history.seenBy(day)].map((one) => [`${one.kind} ${one.name}`, one.values]))
  const value = (who: string, name: FeatureName) => seen.get(who)?.[at(name)]
  assert.equal(value('person ann', 'leaving'), 1)
  assert.equal(value('person ann', 'colleague'), 1)
  assert.equal(value('person bob', 'colleague'), 0)
  assert.equal(value('person bob', 'alert-before'), 1)
  assert.equal(value('person bob', 'failed-sign-ins'), Math.log1p(1))
  assert.ok((value('person ann', 'asked') ?? 0) > 0)
  assert.equal(value('patient p1', 'known'), 1)
  assert.equal(value('patient p1', 'works-here'), 1)
  assert.ok(seen.has('device d'))
  assert.equal(history.came('person', 'bob', day - 1, day + 6), true)
  assert.equal(history.came('person', 'bob', day, day + 7), false)
  of.verdict = { finding: 'justified', reason: '', by: '', at: START + 2 * DAY }
  assert.equal(history.came('person', 'bob', day - 1, day + 6), false)
  assert.equal([...history.seenBy(day + 40)].length, 0)
})
