import { resolve } from 'node:path'
import {
  SCENARIOS,
  type SimulationParameters,
  STEALTHS,
  STRESSORS,
  USUAL_STRESSORS,
  wrongWith,
} from '../watch/simulate/parameters.ts'
import { simulateHospital } from '../watch/simulate/simulate-hospital.ts'
import { type Call, EXIT, type Flag, UsageError } from './command.ts'

export const SIMULATE_FLAGS: Readonly<Record<string, Flag>> = {
  out: { type: 'string', says: 'With simulate: the folder to write into; files of the same names are replaced.' },
  seed: { type: 'string', says: 'Any text; 1 when not said.' },
  days: { type: 'string', says: '30 when not said.' },
  staff: { type: 'string', says: 'People, without machines; 300 when not said.' },
  patients: { type: 'string', says: '18000 when not said.' },
  'learn-days': {
    type: 'string',
    says: 'Days at the start without attacks (but the poisoning one); two thirds when not said.',
  },
  start: { type: 'string', says: 'The first day, YYYY-MM-DD; 2026-01-05 when not said.' },
  scenarios: { type: 'string', says: `all (default), none, or some of ${SCENARIOS.join(',')}.` },
  stealth: { type: 'string', says: `Some of ${STEALTHS.join(',')}; all when not said. low is blatant.` },
  stressors: {
    type: 'string',
    says: `none, all, or some of ${STRESSORS.join(',')}; all but rota-change when not said.`,
  },
}

export async function watchSimulate({ flags, answer, json }: Call): Promise<number> {
  const { out } = flags
  if (typeof out !== 'string') throw new UsageError('Say where to write: --out <folder>')
  const days = number(flags.days, 'days', 30)
  const given: SimulationParameters = {
    seed: typeof flags.seed === 'string' ? flags.seed : '1',
    days,
    staff: number(flags.staff, 'staff', 300),
    patients: number(flags.patients, 'patients', 18_000),
    learnDays: number(flags['learn-days'], 'learn-days', Math.floor((days * 2) / 3)),
    start: midnightOf(flags.start),
    scenarios: some(flags.scenarios, 'scenarios', SCENARIOS, SCENARIOS),
    stealth: some(flags.stealth, 'stealth', STEALTHS, STEALTHS),
    stressors: some(flags.stressors, 'stressors', STRESSORS, USUAL_STRESSORS),
  }
  const wrong = wrongWith(given)
  if (wrong !== undefined) throw new UsageError(wrong)
  const folder = resolve(out)
  const began = performance.now()
  const counts = simulateHospital(given, folder, (day, rows) => {
    if (!json)
      process.stderr.write(
        `${process.stderr.isTTY ? '\r' : ''}day ${day} of ${days}: ${rows} accesses${process.stderr.isTTY && day < days ? '' : '\n'}`,
      )
  })
  const seconds = (performance.now() - began) / 1000
  const explained = counts.honestExplained / counts.honestCharts
  answer({ folder, ...counts, explained, seconds }, [
    `${counts.accesses} accesses, ${counts.malicious} of them malicious, are in ${folder}.`,
    `${(explained * 100).toFixed(1)} % of the honest accesses to charts are explained by the files.`,
  ])
  return EXIT.fine
}

function number(given: unknown, name: string, fallback: number): number {
  if (given === undefined) return fallback
  if (typeof given !== 'string' || !/^\d{1,7}$/.test(given)) throw new UsageError(`--${name} is a whole number.`)
  return Number(given)
}

function midnightOf(given: unknown): number {
  const text = typeof given === 'string' ? given : '2026-01-05'
  const at = Date.parse(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at)) throw new UsageError('--start is a day, such as 2026-01-05.')
  return at
}

function some<T extends string>(given: unknown, name: string, all: readonly T[], usual: readonly T[]): readonly T[] {
  if (typeof given !== 'string') return usual
  if (given === 'all') return all
  if (given === 'none') return []
  const words = given.split(',').map((one) => one.trim())
  const unknown = words.find((one) => !(all as readonly string[]).includes(one))
  if (unknown !== undefined) throw new UsageError(`${JSON.stringify(unknown)} is none of --${name}: ${all.join(', ')}.`)
  return all.filter((one) => words.includes(one))
}
