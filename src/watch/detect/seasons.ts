const HOUR = 3_600_000
const DAY_HOURS = 24
const WEEK_HOURS = 168
const ENOUGH = 3
const LEAST_WEIGHT = 0.05

type Mean = { mean: number; seen: number }

/** What is usual at an hour of the week; before that was seen often enough, at the hour of the day. */
export function createSeasons() {
  const ofWeek: Mean[] = Array.from({ length: WEEK_HOURS }, () => ({ mean: 0, seen: 0 }))
  const ofDay: Mean[] = Array.from({ length: DAY_HOURS }, () => ({ mean: 0, seen: 0 }))
  const places = (at: number) => {
    const hour = Math.floor(at / HOUR)
    return [ofWeek[hour % WEEK_HOURS] as Mean, ofDay[hour % DAY_HOURS] as Mean] as const
  }
  return {
    /** Undefined until an hour was seen. `at` is milliseconds since 1970. */
    usual: (at: number): number | undefined => places(at).find(({ seen }) => seen >= ENOUGH)?.mean,
    note(at: number, value: number) {
      for (const one of places(at)) {
        one.seen++
        one.mean += (value - one.mean) * Math.max(1 / one.seen, LEAST_WEIGHT)
      }
    },
  }
}
