import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { replay } from '../watch/replay/replay.ts'
import { WATCH_DEFAULTS } from '../watch/settings.ts'
import { type Call, EXIT, type Flag, UsageError } from './command.ts'

/** A whole number of a flag, or what is so when it was not given. Throws UsageError. */
export function wholeNumber(flag: unknown, name: string, fallback: number): number {
  if (flag === undefined) return fallback
  const value = Number(flag)
  if (!Number.isInteger(value) || value < 0) throw new UsageError(`--${name} is a whole number.`)
  return value
}

export const REPLAY_FLAGS: Readonly<Record<string, Flag>> = {
  'until-day': {
    type: 'string',
    says: 'With replay and predict: days at the beginning from which it only learns (14).',
  },
  out: {
    type: 'string',
    says: 'With replay: where alerts.ndjson, decisions.csv, cases.json and report.html go; the folder itself when not said.',
  },
  budget: {
    type: 'string',
    says: 'With replay: false alerts for each 1,000 staff a day that somebody will look at (1).',
  },
}

/** Judges the accesses of a hospital's own audit trail as the live watch would have. */
export async function watchReplay({ positionals, flags, say, answer }: Call): Promise<number> {
  const [verb, folder] = positionals
  if (verb !== 'replay' || folder === undefined) throw new UsageError('Say watch replay and a folder.')
  const out = typeof flags.out === 'string' ? resolve(flags.out) : resolve(folder)
  const budget = flags.budget === undefined ? WATCH_DEFAULTS.alertsPerThousandADay : Number(flags.budget)
  if (!(budget > 0)) throw new UsageError('--budget is a number above 0.')
  if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder}.`)
  const began = performance.now()
  let told = began
  const { told: cases, ...result } = await replay({
    folder: resolve(folder),
    out,
    untilDay: wholeNumber(flags['until-day'], 'until-day', 14),
    settings: { alertsPerThousandADay: budget },
    progress(rows, at) {
      const now = performance.now()
      if (now - told < 2000) return
      told = now
      const rate = Math.round(rows / ((now - began) / 1000))
      say(`${new Date(at).toISOString().slice(0, 10)}: ${rows} accesses, ${rate} a second`)
    },
  })
  const seconds = (performance.now() - began) / 1000
  const share = (part: number) => `${((100 * part) / Math.max(1, result.rows)).toFixed(1)} %`
  const { explained, actions } = result
  answer({ ...result, out, accessesPerSecond: Math.round(result.rows / seconds) }, [
    `${result.rows} accesses of ${result.staff} staff and ${result.patients} patients, ${result.from} to ${result.to}.`,
    ...(result.unreadable === 0 ? [] : [`${result.unreadable} rows could not be read and were passed over.`]),
    ...(result.outOfOrder === 0 ? [] : [`${result.outOfOrder} accesses were out of order and judged late.`]),
    `Explained ${share(explained.explained)}, weakly ${share(explained.weak)}, unexplained ${share(explained.unexplained)}, contra-indicated ${share(explained.contra)}.`,
    `Asked ${actions.ask}, stepped up ${actions['step-up']}, slowed ${actions.slow}, held ${result.held}; ${result.alerts} alerts in ${result.cases} cases.`,
    ...cases
      .toSorted((one, other) => other.score - one.score)
      .slice(0, 5)
      .map((one) => `${one.id}: ${one.says}`),
    ...(result.verdictsUnmatched === 0 ? [] : [`${result.verdictsUnmatched} verdicts are about no open case.`]),
    `Alerts: ${join(out, 'alerts.ndjson')}`,
    `Decisions: ${join(out, 'decisions.csv')}`,
    `Cases: ${join(out, 'cases.json')}`,
    `Report: ${join(out, 'report.html')}`,
  ])
  return EXIT.fine
}
