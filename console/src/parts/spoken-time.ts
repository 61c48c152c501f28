const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const many = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

/** How long to wait, in words: `40 seconds`, `12 minutes`, `2 hours`; rounded up, so that it is never too short. */
export function spokenWait(seconds: number): string {
  if (seconds < 2 * MINUTE) return many(seconds, 'second')
  if (seconds < 2 * HOUR) return many(Math.ceil(seconds / MINUTE), 'minute')
  return many(Math.ceil(seconds / HOUR), 'hour')
}

const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })

/** When something was: `just now`, `5 minutes ago`, `3 days ago`, and a date after a month. */
export function spokenPast(at: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(at)) / 1000)
  if (seconds < MINUTE) return 'just now'
  if (seconds < HOUR) return `${many(Math.floor(seconds / MINUTE), 'minute')} ago`
  if (seconds < DAY) return `${many(Math.floor(seconds / HOUR), 'hour')} ago`
  if (seconds < 30 * DAY) return `${many(Math.floor(seconds / DAY), 'day')} ago`
  return `on ${spokenDay(at)}`
}

/** A day, in the reader's own way of writing it. */
export const spokenDay = (at: string): string => dayFormat.format(new Date(at))

const birthFormats = [
  new Intl.DateTimeFormat(undefined, { year: 'numeric', timeZone: 'UTC' }),
  new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'long', timeZone: 'UTC' }),
  new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' }),
] as const

/** A FHIR date (`1980`, `1980-05`, `1980-05-17`), as exactly as it is known and in no time zone. */
export function spokenBirthDate(date: string): string {
  const format = birthFormats[date.split('-').length - 1]
  const at = new Date(date)
  return format === undefined || Number.isNaN(at.getTime()) ? date : format.format(at)
}
