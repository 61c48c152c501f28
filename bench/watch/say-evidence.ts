import { isFalse } from './judge-alerts.ts'
import type { Outcome } from './run-seed.ts'
import { sayNumber, sayTable } from './say-table.ts'

/** What went wrong, alert by alert; and in the run `watch` campaign by campaign: where to look when tuning. */
export function sayEvidence(outcomes: readonly Outcome[]): string {
  const watch = outcomes.filter(({ run }) => run === 'watch')
  const judged = outcomes.filter(({ friction }) => friction !== undefined)
  const wrong = judged.flatMap(({ run, seed, alerts }) => alerts.filter(isFalse).map((one) => ({ run, seed, ...one })))
  const campaigns = watch.flatMap((one) => one.campaigns.map((campaign) => ({ seed: one.seed, ...campaign })))
  const blocks = judged.flatMap(({ run, seed, friction }) =>
    (friction?.falseBlocks ?? []).map((one) => ({ run, seed, ...one })),
  )
  return `
False alerts
${sayTable(
  ['run', 'seed', 'row', 'actor', 'score', 'what it says'],
  wrong.map(({ run, seed, row, actor, score, says }) => [run, seed, String(row), actor, sayNumber(score, 1), says]),
)}
Honest work stopped for no attack
${sayTable(
  ['run', 'seed', 'first row', 'actor', 'rows', 'step', 'stressor'],
  blocks.map(({ run, seed, row, actor, rows, step, stressor }) => [
    run,
    seed,
    String(row),
    actor,
    String(rows),
    step,
    stressor,
  ]),
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
