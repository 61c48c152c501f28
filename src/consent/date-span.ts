/** From (inclusive) to (exclusive) in milliseconds since 1970 UTC; null is open. */
export type Span = readonly [from: number | null, to: number | null]

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d))?)?)?$/
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const utc = (year: number, month: number, day: number) => new Date(0).setUTCFullYear(year, month, day)

/**
 * The instants a FHIR date or dateTime stands for, by its precision; undefined when it is none. What has no zone is
 * taken as UTC (FHIR R4 datatypes, dateTime: a time of day has a zone).
 */
export function dateSpan(text: unknown): readonly [number, number] | undefined {
  const match = typeof text === 'string' ? DATE.exec(text) : null
  if (match === null) return undefined
  const [year, month] = [Number(match[1]), Number(match[2] ?? 1) - 1]
  if (month < 0 || month > 11) return undefined
  if (match[2] === undefined) return [utc(year, 0, 1), utc(year + 1, 0, 1)]
  if (match[3] === undefined) return [utc(year, month, 1), utc(year, month + 1, 1)]
  const day = Number(match[3])
  const start = utc(year, month, day)
  if (day < 1 || new Date(start).getUTCDate() !== day) return undefined
  if (match[4] === undefined) return [start, start + DAY]
  const [hours, minutes, seconds] = [Number(match[4]), Number(match[5]), Number(match[6])]
  const zone = offsetOf(match[8] as string)
  if (hours > 23 || minutes > 59 || seconds > 59 || zone === undefined) return undefined
  const from = start + (hours * 60 + minutes) * MINUTE + seconds * 1000 - zone
  if (match[7] === undefined) return [from, from + 1000]
  const fraction = Number(match[7].slice(0, 3).padEnd(3, '0'))
  return [from + fraction, from + fraction + 10 ** Math.max(0, 3 - match[7].length)]
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))]
  if (hours > 14 || minutes > 59) return undefined
  return (hours * 60 + minutes) * (zone.startsWith('-') ? -MINUTE : MINUTE)
}

/** A FHIR Period, its end included (R4 datatypes, Period); undefined when it has neither end, or is not one. */
export function periodSpan(period: unknown): Span | undefined {
  if (typeof period !== 'object' || period === null || Array.isArray(period)) return undefined
  const { start, end, ...rest } = period as Record<string, unknown>
  if (Object.keys(rest).some((key) => key !== 'id' && key !== 'extension')) return undefined
  if (start === undefined && end === undefined) return undefined
  const from = start === undefined ? null : dateSpan(start)?.[0]
  const to = end === undefined ? null : dateSpan(end)?.[1]
  if (from === undefined || to === undefined || (from !== null && to !== null && from >= to)) return undefined
  return [from, to]
}

export const spanHolds = ([from, to]: Span, at: number): boolean =>
  (from === null || from <= at) && (to === null || at < to)

/** Whether all of `inner` lies in `outer`. */
export const spanCovers = (outer: Span, inner: Span): boolean =>
  (outer[0] === null || (inner[0] !== null && outer[0] <= inner[0])) &&
  (outer[1] === null || (inner[1] !== null && inner[1] <= outer[1]))

export const spansMeet = (one: Span, other: Span): boolean =>
  (one[0] === null || other[1] === null || one[0] < other[1]) &&
  (one[1] === null || other[0] === null || other[0] < one[1])

/** What lies in both; undefined when nothing does. */
export function spanOfBoth(one: Span, other: Span): Span | undefined {
  if (!spansMeet(one, other)) return undefined
  const from = one[0] === null ? other[0] : other[0] === null ? one[0] : Math.max(one[0], other[0])
  const to = one[1] === null ? other[1] : other[1] === null ? one[1] : Math.min(one[1], other[1])
  return [from, to]
}
