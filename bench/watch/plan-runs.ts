import type { WatchSettings } from '../../src/watch/settings.ts'
import {
  SCENARIOS,
  type SimulationParameters,
  STRESSORS,
  USUAL_STRESSORS,
} from '../../src/watch/simulate/parameters.ts'

/** A hospital to simulate, by what differs from the usual one. */
export const WORLDS = {
  usual: {},
  /** Without the scenario whose attackers poison the days of learning. */
  unpoisoned: { scenarios: SCENARIOS.filter((one) => one !== 'leaver-admin') },
  rota: { stressors: STRESSORS },
  /** Nobody does anything wrong: every alert is false. */
  honest: { scenarios: [], stressors: USUAL_STRESSORS },
} as const satisfies Readonly<Record<string, Partial<SimulationParameters>>>
export type World = keyof typeof WORLDS

export type Run = {
  readonly name: string
  readonly world: World
  readonly says: string
  readonly settings: Partial<WatchSettings>
}

const without = (...parts: ('rules' | 'explanation' | 'learning')[]): Partial<WatchSettings> => ({
  without: new Set(parts),
})

/** What the watch is put through in every hospital. */
export const RUNS: readonly Run[] = [
  { name: 'watch', world: 'usual', says: 'as it is set', settings: { alertsPerThousandADay: 1 } },
  { name: 'scarce', world: 'usual', says: 'a tenth of the alert budget', settings: { alertsPerThousandADay: 0.1 } },
  { name: 'rules', world: 'usual', says: 'rules alone', settings: without('explanation', 'learning') },
  { name: 'explanation', world: 'usual', says: 'explanation alone', settings: without('rules', 'learning') },
  { name: 'learning', world: 'usual', says: 'learning alone', settings: without('rules', 'explanation') },
  { name: 'honest', world: 'honest', says: 'no attacks at all', settings: {} },
  { name: 'unpoisoned', world: 'unpoisoned', says: 'an honest time of learning', settings: {} },
  { name: 'rota', world: 'rota', says: 'a rota that changes', settings: {} },
]
export const BASELINES = ['rule pack', 'isolation forest', 'z-score'] as const

export type Plan = {
  readonly seeds: readonly string[]
  readonly days: number
  readonly learnDays: number
  readonly staff: number
  readonly patients: number
  readonly runs: readonly string[]
  readonly processes: number
}

export const USUAL_PLAN: Plan = {
  seeds: Array.from({ length: 20 }, (_, at) => String(1001 + at)),
  days: 30,
  learnDays: 16,
  staff: 150,
  patients: 4000,
  runs: [...RUNS.map(({ name }) => name), 'baselines'],
  processes: 2,
}
