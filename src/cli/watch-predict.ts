import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type KindPrediction, predictReplay } from '../watch/predict/predict-replay.ts'
import { type Call, EXIT, UsageError } from './command.ts'
import { wholeNumber } from './watch-replay.ts'

/** What is likely within the next days, learned from a hospital's own past, and how good such forecasts were. */
export async function watchPredict({ positionals, flags, answer }: Call): Promise<number> {
  const [, folder] = positionals
  if (folder === undefined) throw new UsageError('Say watch predict and a folder, as for watch replay.')
  if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder}.`)
  const untilDay = wholeNumber(flags['until-day'], 'until-day', 14)
  const given = typeof flags.out === 'string' ? resolve(flags.out) : undefined
  const out = given ?? mkdtempSync(join(tmpdir(), 'chartwarden-predict-'))
  try {
    const predicted = await predictReplay({ folder: resolve(folder), out, untilDay })
    answer(predicted, [
      `Forecasts of an alert within ${predicted.days} days. Those of ${predicted.heldFrom} to ${predicted.heldUntil} are held against what came.`,
      ...predicted.kinds.flatMap(linesOf),
    ])
  } finally {
    if (given === undefined) rmSync(out, { recursive: true, force: true })
  }
  return EXIT.fine
}

const percent = (share: number): string => `${(100 * share).toFixed(Math.abs(share) < 0.01 ? 2 : 1)} %`

function linesOf({ kind, score, learnedFrom, learnedCame, highest }: KindPrediction): string[] {
  const lines = [`${kind}: learned from ${learnedFrom} weeks, ${learnedCame} of them with an alert.`]
  if (score === undefined || score.forecasts === 0)
    lines.push('  No later period was left: how good the forecasts are is not known.')
  else if (score.came === 0)
    lines.push(`  ${score.forecasts} later forecasts, and no alert came: how good they are is not known.`)
  else
    lines.push(
      `  ${score.forecasts} later forecasts, ${score.came} with an alert (${percent(score.came / score.forecasts)}, forecast ${percent(score.meanForecast)}). Brier score ${score.brier.toFixed(5)}; the rate alone ${score.brierOfBaseRate.toFixed(5)}, the rate in hindsight ${score.brierOfHindsight.toFixed(5)}, the prior ${score.brierOfPrior.toFixed(5)}. Skill ${percent(score.skill)}, by chance up to ${percent(score.skillWithin)}.`,
      `  The highest tenth had ${score.topDecileLift.toFixed(1)} times as many as all. ${score.isBetter ? 'Better than the rate alone.' : 'NOT better than the rate alone: do not act on the figures of this kind.'}`,
    )
  for (const { name, chance, contributions } of highest.slice(0, 5)) {
    const why = contributions
      .slice(0, 3)
      .map((one) => `${one.says} ${one.nats > 0 ? '+' : ''}${one.nats.toFixed(1)}`)
      .join('; ')
    lines.push(`  ${name}: ${percent(chance)}${why === '' ? '' : ` (${why})`}`)
  }
  return lines
}
