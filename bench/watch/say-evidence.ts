import { isFalse } from './judge-alerts.ts'
import type { Outcome } from './run-seed.ts'
import { sayNumber, sayTable } from './say-table.ts'

/** What went wrong in the run `watch`, alert by alert and campaign by campaign: where to look when tuning. */
export function sayEvidence(outcomes: readonly Outcome[]): string {
  const watch = outcomes.filter(({ run }) => run === 'watch')
  const wrong = watch.flatMap(({ seed, alerts }) => alerts.filter(isFalse).map((one) => ({ seed, ...one })))
  const campaigns = watch.flatMap((one) => one.campaigns.map((campaign) => ({ seed: one.seed, ...campaign })))
  const blocks = watch.flatMap(({ seed, friction }) => (friction?.falseBlocks ?? []).map((one) => ({ seed, ...one })))
  return `
False alerts
${sayTable(
  ['seed', 'row', 'actor', 'score', 'what it says'],
  wrong.map(({ seed, row, actor, score, says }) => [seed, String(row), actor, sayNumber(score, 1), says]),
)}
Honest work stopped for no attack
${sayTable(
  ['seed', 'first row', 'actor', 'rows', 'step', 'stressor'],
  blocks.map(({ seed, row, actor, rows, step, stressor }) => [seed, String(row), actor, String(rows), step, stressor]),
)}
Campaigns
${sayTable(
  [
    'seed',
    'campaign',
    'variant',
    'rows',
    'best score',
    'rows to alert',
    'rows to block',
    'records',
    'excused',
    'steps',
  ],
  campaigns.map((one) => [
    one.seed,
    one.id,
    one.variant,
    String(one.rows),
    one.bestScore === undefined ? 'missed' : sayNumber(one.bestScore, 1),
    one.alertedAfter === undefined ? '—' : String(one.alertedAfter.rows),
    one.blockedAfter === undefined ? '—' : String(one.blockedAfter.rows),
    `${one.exposedBefore}/${one.records}`,
    `${one.excused}/${one.charts}`,
    Object.entries(one.steps)
      .map(([step, many]) => `${step} ${many}`)
      .join(' '),
  ]),
)}`
}
