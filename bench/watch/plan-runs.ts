import type { WatchSettings } from '../../src/watch/settings.ts'
import {
  SCENARIOS,
  type SimulationParameters,
  STEALTHS,
  STRESSORS,
  type Stealth,
} from '../../src/watch/simulate/parameters.ts'

type Difference = Partial<Pick<SimulationParameters, 'scenarios' | 'stealth' | 'stressors'>>

/** One level of stealth for each hospital, by turns: all at once would make a tenth of all days of work an attack. */
const levelOf = (seed: string): Difference => ({
  stealth: [STEALTHS[[...seed].reduce((sum, one) => sum + one.charCodeAt(0), 0) % STEALTHS.length] as Stealth],
})

/** The hospitals that are simulated for a seed, by what differs from all scenarios and the usual stressors. */
export const WORLDS = {
  usual: levelOf,
  /** All levels of stealth at once: a hospital under siege. */
  crowded: () => ({}),
  /** Without the scenario whose attackers poison the days of learning. */
  unpoisoned: (seed) => ({ ...levelOf(seed), scenarios: SCENARIOS.filter((one) => one !== 'leaver-admin') }),
  rota: (seed) => ({ ...levelOf(seed), stressors: STRESSORS }),
  /** Nobody does anything wrong: every alert is false. */
  honest: () => ({ scenarios: [] }),
} as const satisfies Readonly<Record<string, (seed: string) => Difference>>
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
  { name: 'crowded', world: 'crowded', says: 'attacks of all levels at once', settings: {} },
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
  /** A folder of hospitals that somebody else simulated, each named by its seed; nothing is simulated then. */
  readonly hospitals?: string
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
