import { isFalse, type Judged } from './judge-alerts.ts'

/** One simulated hospital under one detector: its alerts in the order of time, and how much work was watched. */
export type Watched = {
  readonly alerts: readonly Judged[]
  readonly staff: number
  readonly testDays: number
}

/** False alerts that a budget of so many for 1,000 staff a day allows. */
export const allowed = (watched: readonly Watched[], perThousandADay: number): number =>
  watched.reduce((sum, { staff, testDays }) => sum + (perThousandADay * staff * testDays) / 1000, 0)

/**
 * The lowest score at which no more false alerts are left than the budget allows, pooled over all hospitals; -Infinity when
 * all of them fit.
 */
export function thresholdFor(watched: readonly Watched[], perThousandADay: number): number {
  const wrong = watched
    .flatMap(({ alerts }) => alerts.filter(isFalse).map(({ score }) => score))
    .sort((one, other) => other - one)
  const over = wrong[Math.floor(allowed(watched, perThousandADay) + 1e-9)]
  return over === undefined ? Number.NEGATIVE_INFINITY : over
}

/** The campaigns that alerts above a threshold find. */
export const foundAbove = ({ alerts }: Watched, threshold: number): Set<string> =>
  new Set(alerts.filter(({ score }) => score > threshold).flatMap(({ finds }) => finds))

/** Of the alerts a reviewer sees who looks at the `most` gravest of every week: how many there are, how many are right. */
export function topOfWeeks({ alerts }: Watched, most: number, start: number): { shown: number; right: number } {
  const weeks = new Map<number, Judged[]>()
  for (const alert of alerts) {
    const week = Math.floor((alert.at - start) / (7 * 86_400_000))
    const known = weeks.get(week)
    if (known === undefined) weeks.set(week, [alert])
    else known.push(alert)
  }
  const counts = { shown: 0, right: 0 }
  for (const week of weeks.values()) {
    const seen = week.sort((one, other) => other.score - one.score).slice(0, most)
    counts.shown += seen.length
    counts.right += seen.filter(({ finds }) => finds.length > 0).length
  }
  return counts
}
