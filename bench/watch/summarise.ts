import { SCENARIOS, STEALTHS } from '../../src/watch/simulate/parameters.ts'
import { bootstrap, type Interval, quantile, ratio, sum } from './bootstrap.ts'
import { isFalse } from './judge-alerts.ts'
import type { CampaignOutcome } from './judge-campaigns.ts'
import { allowed, thresholdFor, topOfWeeks } from './operating-point.ts'
import type { Plan } from './plan-runs.ts'
import type { Outcome } from './run-seed.ts'
import { type FrictionFigures, frictionOf } from './summarise-friction.ts'

/** Recall of the campaigns of one kind. */
export type Recall = { readonly kind: string; readonly campaigns: number; readonly recall: Interval }

/** How far the attacks of one kind came. Of records and seconds: median, 95th percentile, most. */
export type Reach = {
  readonly kind: string
  readonly campaigns: number
  readonly blocked: number
  readonly records: Spread
  readonly patients: Spread
  readonly recordsInAll: Spread
  readonly modified: Spread
  readonly alertRows: Spread
  readonly alertSeconds: Spread
  readonly blockRows: Spread
  readonly blockSeconds: Spread
}
export type Spread = { readonly median: number; readonly p95: number; readonly most: number }

export type DetectorSummary = {
  readonly run: string
  readonly seeds: number
  /** False alerts, and how many its budget lets expect; over all seeds. */
  readonly falseAlerts: number
  readonly lateAlerts: number
  readonly alerts: number
  readonly expectedFalse: number
  readonly falseOfExpected: Interval
  readonly points: readonly {
    readonly perThousandADay: number
    readonly threshold: number
    readonly recall: Interval
    readonly cells: readonly Recall[]
    readonly scenarios: readonly Recall[]
  }[]
  /** Recall at 1 of the scenarios that every run holds: without the one that poisons the days of learning. */
  readonly recallOfOthers: Interval
  readonly topTwenty: Interval
  readonly reach: readonly Reach[]
  readonly friction?: FrictionFigures
  readonly microsecondsAnAccess: number
  /** It decided exactly as the run `watch` did. */
  readonly sameAsWatch: boolean
}

export type Summary = { readonly plan: Plan; readonly detectors: readonly DetectorSummary[] }

/** False alerts a day for each 1,000 staff at which recall is told. */
export const POINTS = [1, 0.1] as const
const WEEKLY = 20

export function summarise(plan: Plan, outcomes: readonly Outcome[]): Summary {
  const runs = [...new Set(outcomes.map(({ run }) => run))]
  return { plan, detectors: runs.map((run) => summariseRun(run, outcomes)) }
}

const kindAndStealth = (outcome: CampaignOutcome) => `${outcome.scenario} ${outcome.stealth}`

function summariseRun(run: string, all: readonly Outcome[]): DetectorSummary {
  const outcomes = all.filter((one) => one.run === run)
  const watch = all.filter((one) => one.run === 'watch')
  const budget = run === 'scarce' ? 0.1 : 1
  const campaigns = outcomes.flatMap((one) => one.campaigns)
  const friction = frictionOf(outcomes)
  return {
    run,
    seeds: outcomes.length,
    alerts: sum(outcomes, ({ alerts }) => alerts.length),
    falseAlerts: sum(outcomes, ({ alerts }) => alerts.filter(isFalse).length),
    lateAlerts: sum(outcomes, ({ alerts }) => alerts.filter(({ late }) => late).length),
    expectedFalse: allowed(outcomes, budget),
    falseOfExpected: bootstrap(outcomes, (drawn) =>
      ratio(
        sum(drawn, ({ alerts }) => alerts.filter(isFalse).length),
        allowed(drawn, budget),
      ),
    ),
    points: POINTS.map((point) => pointOf(outcomes, point)),
    recallOfOthers: bootstrap(outcomes, (drawn) => recallAt(drawn, 1, ({ scenario }) => scenario !== 'leaver-admin')),
    topTwenty: bootstrap(outcomes, (drawn) => {
      const tops = drawn.map((one) => topOfWeeks(one, WEEKLY, one.learnUntil))
      return ratio(
        sum(tops, ({ right }) => right),
        sum(tops, ({ shown }) => shown),
      )
    }),
    reach: kindsOf(campaigns, kindAndStealth).map((kind) =>
      reachOf(
        kind,
        campaigns.filter((one) => kindAndStealth(one) === kind),
      ),
    ),
    ...(friction !== undefined && { friction }),
    microsecondsAnAccess: quantile(
      outcomes.flatMap(({ microsecondsAnAccess }) => microsecondsAnAccess ?? []),
      0.5,
    ),
    sameAsWatch:
      run !== 'watch' &&
      outcomes.every(
        ({ seed, decided }) => decided !== undefined && watch.find((one) => one.seed === seed)?.decided === decided,
      ),
  }
}

/** In the order in which the simulator names scenarios and levels. */
function kindsOf(campaigns: readonly CampaignOutcome[], kindOf: (one: CampaignOutcome) => string): string[] {
  const places = new Map<string, number>()
  for (const one of campaigns) {
    const scenario = (SCENARIOS as readonly string[]).indexOf(one.scenario)
    places.set(kindOf(one), scenario * 10 + (STEALTHS as readonly string[]).indexOf(one.stealth))
  }
  return [...places].sort(([, one], [, other]) => one - other).map(([kind]) => kind)
}

/** The share of the campaigns wanted that alerts find within a budget of false alerts. */
function recallAt(outcomes: readonly Outcome[], perThousandADay: number, wanted: (one: CampaignOutcome) => boolean) {
  const limit = thresholdFor(outcomes, perThousandADay)
  const campaigns = outcomes.flatMap((one) => one.campaigns.filter(wanted))
  return ratio(
    campaigns.filter(({ bestScore }) => (bestScore ?? Number.NEGATIVE_INFINITY) > limit).length,
    campaigns.length,
  )
}

function pointOf(outcomes: readonly Outcome[], perThousandADay: number) {
  const threshold = thresholdFor(outcomes, perThousandADay)
  const recalls = (kindOf: (one: CampaignOutcome) => string): Recall[] => {
    const campaigns = outcomes.flatMap((one) => one.campaigns)
    return kindsOf(campaigns, kindOf).map((kind) => {
      const wanted = (one: CampaignOutcome) => kindOf(one) === kind
      const recall = bootstrap(outcomes, (drawn) => recallAt(drawn, perThousandADay, wanted), 300)
      return { kind, campaigns: campaigns.filter(wanted).length, recall }
    })
  }
  return {
    perThousandADay,
    threshold,
    recall: bootstrap(outcomes, (drawn) => recallAt(drawn, perThousandADay, () => true)),
    cells: recalls(kindAndStealth),
    scenarios: recalls(({ scenario }) => scenario),
  }
}

const spread = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  most: values.length === 0 ? Number.NaN : Math.max(...values),
})

export function reachOf(kind: string, campaigns: readonly CampaignOutcome[]): Reach {
  const blocks = campaigns.flatMap(({ blockedAfter }) => blockedAfter ?? [])
  const alerts = campaigns.flatMap(({ alertedAfter }) => alertedAfter ?? [])
  return {
    kind,
    campaigns: campaigns.length,
    blocked: blocks.length,
    records: spread(campaigns.map(({ exposedBefore }) => exposedBefore)),
    patients: spread(campaigns.map(({ patientsBefore }) => patientsBefore)),
    recordsInAll: spread(campaigns.map(({ exposed }) => exposed)),
    modified: spread(campaigns.filter(({ modifiedPossible }) => modifiedPossible > 0).map((one) => one.modifiedBefore)),
    alertRows: spread(alerts.map(({ rows }) => rows)),
    alertSeconds: spread(alerts.map(({ seconds }) => seconds)),
    blockRows: spread(blocks.map(({ rows }) => rows)),
    blockSeconds: spread(blocks.map(({ seconds }) => seconds)),
  }
}
