import { DAY_MS, type Day } from './calendar.ts'
import type { SimulationParameters, StressorName } from './parameters.ts'
import type { Random } from './random.ts'

/** Something unusual and honest, for some days. Any block because of it is an error. */
export type Stressor = { readonly name: StressorName; readonly fromDay: number; readonly days: number; rows: number }

const LENGTH_DAYS: Readonly<Record<StressorName, number>> = {
  'mass-casualty': 1,
  'ehr-migration': 2,
  'flu-clinic': 4,
  'new-ward': 9,
  'research-pull': 3,
  'rota-change': 14,
}

/** Windows after the days to learn, each begun in its own part of what is left; they may overlap. */
export function planStressors(random: Random, { days, learnDays, stressors }: SimulationParameters): Stressor[] {
  const left = days - learnDays
  return random.sample(stressors, stressors.length).map((name, n, all) => {
    const part = left / all.length
    const fromDay = Math.min(days - 1, learnDays + Math.floor(part * n + random.next() * part * 0.6))
    return { name, fromDay, days: Math.max(1, Math.min(LENGTH_DAYS[name], days - fromDay)), rows: 0 }
  })
}

export function during(stressors: readonly Stressor[], name: StressorName, day: Day): Stressor | undefined {
  return stressors.find((one) => one.name === name && one.fromDay <= day.index && day.index < one.fromDay + one.days)
}

export const windowOf = (start: number, one: Stressor): { from: number; to: number } => ({
  from: start + one.fromDay * DAY_MS,
  to: start + (one.fromDay + one.days) * DAY_MS,
})
