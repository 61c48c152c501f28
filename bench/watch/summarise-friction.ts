import { bootstrap, type Interval, ratio, sum } from './bootstrap.ts'
import type { CampaignOutcome } from './judge-campaigns.ts'
import type { Friction } from './judge-friction.ts'
import type { Outcome } from './run-seed.ts'

/** What honest work had to bear, and how well it is explained; shares are between 0 and 1. */
export type FrictionFigures = {
  readonly honest: number
  readonly askedPerThousand: Interval
  readonly steppedUpPerThousand: Interval
  readonly slowedPerThousand: Interval
  readonly falseBlocksPerMillion: Interval
  readonly blockedAlongPerMillion: Interval
  readonly falseBlockCases: number
  readonly stressed: number
  readonly blockedUnderStress: number
  /** Of honest rows about patients. */
  readonly saidExplained: Interval
  readonly saidExplainedOrWeak: Interval
  readonly trulyExplainable: Interval
  readonly precisionExplained: Interval
  readonly precisionExplainedOrWeak: Interval
  /** Of the rows of attacks about patients: taken for explained; and those that the truth cannot explain. */
  readonly excused: Interval
  readonly wronglyExcused: Interval
  readonly falseAlertsUnder: readonly {
    readonly stressor: string
    readonly ofExpected: number
    readonly alerts: number
  }[]
}

type Judged = Outcome & { readonly friction: Friction }

export function frictionOf(all: readonly Outcome[]): FrictionFigures | undefined {
  const outcomes = all.filter((one): one is Judged => one.friction !== undefined)
  if (outcomes.length === 0) return undefined
  const rate = (part: (one: Friction) => number, whole: (one: Friction) => number, times = 1) =>
    bootstrap(
      outcomes,
      (drawn) =>
        times *
        ratio(
          sum(drawn, ({ friction }) => part(friction)),
          sum(drawn, ({ friction }) => whole(friction)),
        ),
    )
  const attacks = (part: (one: CampaignOutcome) => number) =>
    bootstrap(outcomes, (drawn) => {
      const campaigns = drawn.flatMap((one) => one.campaigns)
      return ratio(
        sum(campaigns, part),
        sum(campaigns, ({ charts }) => charts),
      )
    })
  const honest = (one: Friction) => one.honest
  const charts = (one: Friction) => one.charts
  const explainedOrWeak = (one: Friction) => one.saidExplained + one.saidWeak
  const stressors = [...new Set(outcomes.flatMap((one) => one.stressors.map(({ name }) => name)))]
  return {
    honest: sum(outcomes, ({ friction }) => friction.honest),
    askedPerThousand: rate((one) => one.asked, honest, 1000),
    steppedUpPerThousand: rate((one) => one.steppedUp, honest, 1000),
    slowedPerThousand: rate((one) => one.slowed, honest, 1000),
    falseBlocksPerMillion: rate((one) => one.blocked, honest, 1e6),
    blockedAlongPerMillion: rate((one) => one.blockedAlong, honest, 1e6),
    falseBlockCases: sum(outcomes, ({ friction }) => friction.falseBlocks.length),
    stressed: sum(outcomes, ({ friction }) => friction.stressed),
    blockedUnderStress: sum(outcomes, ({ friction }) => friction.blockedUnderStress),
    saidExplained: rate((one) => one.saidExplained, charts),
    saidExplainedOrWeak: rate(explainedOrWeak, charts),
    trulyExplainable: rate((one) => one.explainable, charts),
    precisionExplained: rate(
      (one) => one.trulyExplained,
      (one) => one.saidExplained,
    ),
    precisionExplainedOrWeak: rate((one) => one.trulyExplained + one.trulyWeak, explainedOrWeak),
    excused: attacks(({ excused }) => excused),
    wronglyExcused: attacks(({ wronglyExcused }) => wronglyExcused),
    falseAlertsUnder: stressors.map((stressor) => {
      const windows = outcomes.flatMap(({ staff, stressors: own }) =>
        own.filter(({ name }) => name === stressor).map((one) => ({ ...one, staff })),
      )
      const alerts = sum(windows, ({ falseAlerts }) => falseAlerts)
      return {
        stressor,
        alerts,
        ofExpected: ratio(
          alerts,
          sum(windows, ({ days, staff }) => (days * staff) / 1000),
        ),
      }
    }),
  }
}
