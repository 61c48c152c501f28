export const SECOND_MS = 1000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
/** A day of the hospital begins when the first shift of the morning may. */
export const DAY_BEGINS_HOUR = 6

/** One day of the hospital: from 06:00 to 06:00. The hospital lives at UTC. */
export type Day = {
  readonly index: number
  readonly from: number
  readonly to: number
  /** Midnight before `from`: hours of the day are counted from here, so 31 is seven in the morning after. */
  readonly midnight: number
  readonly weekday: number
  /** A weekend or a public holiday: clinics and offices are closed. */
  readonly closed: boolean
}

const HOLIDAYS = new Set(['01-01', '05-01', '12-25', '12-26', '07-04', '11-01'])

export function dayOf(start: number, index: number): Day {
  const midnight = start + index * DAY_MS
  const from = midnight + DAY_BEGINS_HOUR * HOUR_MS
  const weekday = new Date(midnight).getUTCDay()
  const holiday = HOLIDAYS.has(new Date(midnight).toISOString().slice(5, 10))
  return { index, from, to: from + DAY_MS, midnight, weekday, closed: holiday || weekday === 0 || weekday === 6 }
}

const two = (n: number) => (n < 10 ? `0${n}` : `${n}`)
const three = (n: number) => (n < 10 ? `00${n}` : n < 100 ? `0${n}` : `${n}`)
let knownDay = Number.NaN
let knownText = ''

/** ISO 8601 in UTC with milliseconds. Much faster than `Date` for times that lie near each other. */
export function isoOf(at: number): string {
  const day = Math.floor(at / DAY_MS)
  if (day !== knownDay) {
    knownDay = day
    knownText = new Date(day * DAY_MS).toISOString().slice(0, 11)
  }
  const ms = Math.floor(at) - day * DAY_MS
  const h = Math.floor(ms / HOUR_MS)
  const m = Math.floor(ms / MINUTE_MS) % 60
  const s = Math.floor(ms / SECOND_MS) % 60
  return `${knownText}${two(h)}:${two(m)}:${two(s)}.${three(ms % 1000)}Z`
}

export const wholeSecond = (at: number): number => Math.floor(at / SECOND_MS) * SECOND_MS
