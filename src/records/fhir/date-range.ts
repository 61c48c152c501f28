/** From (inclusive) to (exclusive) in milliseconds since 1970 UTC; null is open. */
export type DateRange = [number | null, number | null]

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/
const MINUTE = 60_000

const utc = (year: number, month: number, day: number) => {
  if (year > 99) return Date.UTC(year, month, day)
  return new Date(0).setUTCFullYear(year, month, day)
}

const offsetOf = (zone: string | undefined) => {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return zone.startsWith('-') ? -minutes * MINUTE : minutes * MINUTE
}

/**
 * The instants a FHIR date, dateTime or instant stands for, by its precision; undefined when it is none.
 * Without a zone it is taken as UTC. Hours and minutes without seconds are accepted, as in search values.
 */
export function dateRange(text: string): [number, number] | undefined {
  const match = DATE.exec(text)
  if (!match) return undefined
  const year = Number(match[1])
  if (match[2] === undefined) return [utc(year, 0, 1), utc(year + 1, 0, 1)]
  const month = Number(match[2]) - 1
  if (month < 0 || month > 11) return undefined
  if (match[3] === undefined) return [utc(year, month, 1), utc(year, month + 1, 1)]
  const day = Number(match[3])
  const start = utc(year, month, day)
  if (day < 1 || new Date(start).getUTCDate() !== day) return undefined
  if (match[4] === undefined) return [start, start + 24 * 60 * MINUTE]
  const [hours, minutes, seconds] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)]
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined
  const from = start + (hours * 60 + minutes) * MINUTE + seconds * 1000 - offsetOf(match[8])
  if (match[6] === undefined) return [from, from + MINUTE]
  if (match[7] === undefined) return [from, from + 1000]
  const digits = match[7].slice(0, 3)
  const step = 10 ** (3 - digits.length)
  const fraction = Number(digits) * step
  return [from + fraction, from + fraction + step]
}
