import { sayInterval, sayNumber, sayTable } from './say-table.ts'
import type { DetectorSummary, Recall, Spread, Summary } from './summarise.ts'
import type { FrictionFigures } from './summarise-friction.ts'
import { targetsOf } from './targets.ts'

const spread = ({ median, p95, most }: Spread, digits = 0): string =>
  Number.isNaN(median) ? '—' : [median, p95, most].map((one) => sayNumber(one, digits)).join(' / ')

/** Everything an evaluation found, for people. */
export function sayTables(summary: Summary): string {
  const { plan, detectors } = summary
  const watch = detectors.find(({ run }) => run === 'watch')
  const scarce = detectors.find(({ run }) => run === 'scarce')
  return [
    `${plan.seeds.length} hospitals (seeds ${plan.seeds[0]} to ${plan.seeds.at(-1)}) ${plan.hospitals === undefined ? `of ${plan.staff} staff and ${plan.patients} patients, ${plan.days} days of which ${plan.learnDays} only teach` : `in ${plan.hospitals}`}. In brackets: 95 % bootstrap intervals over the hospitals.\n`,
    ...(watch === undefined ? [] : [sayRecall(watch, scarce), sayReach(watch)]),
    sayDetectors(detectors),
    ...detectors.flatMap(({ run, friction }) =>
      friction !== undefined && ['watch', 'honest', 'rota', 'crowded'].includes(run)
        ? [sayFriction(run, friction)]
        : [],
    ),
    sayTargets(summary),
  ].join('\n')
}

function sayRecall(watch: DetectorSummary, scarce: DetectorSummary | undefined): string {
  const [one, tenth] = watch.points
  const fewer = scarce?.points[1] ?? tenth
  const rows = (recalls: readonly Recall[], other: readonly Recall[]) =>
    recalls.map(({ kind, campaigns, recall }) => {
      const found = other.find((those) => those.kind === kind)
      return [kind, String(campaigns), sayInterval(recall), found === undefined ? '—' : sayInterval(found.recall)]
    })
  return `Recall: campaigns found at 1 and at 0.1 false alerts for 1,000 staff a day\n${sayTable(
    ['scenario, stealth', 'campaigns', 'at 1', 'at 0.1'],
    [
      ...rows(one?.cells ?? [], fewer?.cells ?? []),
      ...rows(one?.scenarios ?? [], fewer?.scenarios ?? []),
      [
        'all',
        String((one?.cells ?? []).reduce((sum, { campaigns }) => sum + campaigns, 0)),
        one === undefined ? '—' : sayInterval(one.recall),
        fewer === undefined ? '—' : sayInterval(fewer.recall),
      ],
    ],
  )}`
}

function sayReach({ reach }: DetectorSummary): string {
  return `How far attacks came: median / 95th percentile / most. Records and patients before the first block (all of them without one)\n${sayTable(
    [
      'scenario, stealth',
      'blocked',
      'records',
      'patients',
      'modified',
      'records in all',
      'rows to alert',
      's to alert',
      'rows to block',
      's to block',
    ],
    reach.map((one) => [
      one.kind,
      `${one.blocked}/${one.campaigns}`,
      spread(one.records),
      spread(one.patients),
      spread(one.modified),
      spread(one.recordsInAll),
      spread(one.alertRows),
      spread(one.alertSeconds),
      spread(one.blockRows),
      spread(one.blockSeconds),
    ]),
  )}`
}

function sayDetectors(detectors: readonly DetectorSummary[]): string {
  return `Detectors beside each other. False alerts: how many of those the budget lets expect\n${sayTable(
    [
      'detector',
      'recall at 1',
      'at 0.1',
      'at 1, no leaver-admin',
      'top 20 a week',
      'false alerts',
      'observed : expected',
      'alerts',
      'µs an access',
    ],
    detectors.map((one) => [
      `${one.run}${one.sameAsWatch ? ' (decides as watch does)' : ''}`,
      ...one.points.map(({ recall }) => sayInterval(recall)),
      sayInterval(one.recallOfOthers),
      sayInterval(one.topTwenty),
      String(one.falseAlerts),
      sayInterval(one.falseOfExpected),
      String(one.alerts),
      sayNumber(one.microsecondsAnAccess, 1),
    ]),
  )}`
}

function sayFriction(run: string, one: FrictionFigures): string {
  return `Honest work under ${run}\n${sayTable(
    ['', 'figure'],
    [
      ['honest accesses after learning', sayNumber(one.honest)],
      ['asked why, of 1,000', sayInterval(one.askedPerThousand)],
      ['second factor, of 1,000', sayInterval(one.steppedUpPerThousand)],
      ['slowed, of 1,000', sayInterval(one.slowedPerThousand)],
      ['stopped for no attack, of 1,000,000', sayInterval(one.falseBlocksPerMillion, 1)],
      ['  cases', String(one.falseBlockCases)],
      ['stopped along with an attack, of 1,000,000', sayInterval(one.blockedAlongPerMillion, 1)],
      ['stopped under stressors (each an error)', `${one.blockedUnderStress} of ${sayNumber(one.stressed)}`],
      ['explained, % of charts', sayInterval(one.saidExplained, 1, 100)],
      ['explained or weakly, %', sayInterval(one.saidExplainedOrWeak, 1, 100)],
      ['the truth can explain, %', sayInterval(one.trulyExplainable, 1, 100)],
      ['precision of explained, %', sayInterval(one.precisionExplained, 1, 100)],
      ['precision of explained or weakly, %', sayInterval(one.precisionExplainedOrWeak, 1, 100)],
      ['attack rows taken for explained, %', sayInterval(one.excused, 2, 100)],
      ['  which the truth cannot explain, %', sayInterval(one.wronglyExcused, 2, 100)],
      ...one.falseAlertsUnder.map(({ stressor, alerts, ofExpected }) => [
        `false alerts under ${stressor}: observed : expected`,
        `${sayNumber(ofExpected, 2)} (${alerts})`,
      ]),
    ],
  )}`
}

const sayTargets = (summary: Summary): string =>
  `Targets\n${sayTable(
    ['measure', 'target', 'figure', ''],
    targetsOf(summary).map(({ measure, target, figure, met }) => [
      measure,
      target,
      figure,
      met === undefined ? 'not measured' : met ? 'met' : 'MISSED',
    ]),
  )}`
