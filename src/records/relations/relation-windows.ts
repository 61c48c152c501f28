/** From when until when something holds; absent is open. */
export type Window = { readonly beginsAt?: Date; readonly endsAt?: Date }

export type Period = { readonly start?: string; readonly end?: string } | undefined

/** An appointment is prepared the day before, and written up the day after. */
const AROUND_MS = 86_400_000

/** A FHIR dateTime as the moment it begins, or the moment after it ends: `2027-03` ends with April. */
export function momentOf(text: string | undefined, ends = false): Date | undefined {
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text ?? '')
  if (parts === null) {
    const time = Date.parse(text ?? '')
    return Number.isNaN(time) ? undefined : new Date(time)
  }
  const [, year, month, day] = parts.map(Number) as [number, number, number | undefined, number | undefined]
  if (!ends) return new Date(Date.UTC(year, (month || 1) - 1, day || 1))
  return new Date(Date.UTC(month ? year : year + 1, month ? (day ? month - 1 : month) : 0, day ? day + 1 : 1))
}

/** What lies in all of these periods. */
export function windowOf(...periods: readonly Period[]): Window {
  const begins = periods.flatMap((one) => momentOf(one?.start) ?? []).map(Number)
  const ends = periods.flatMap((one) => momentOf(one?.end, true) ?? []).map(Number)
  return {
    ...(begins.length > 0 && { beginsAt: new Date(Math.max(...begins)) }),
    ...(ends.length > 0 && { endsAt: new Date(Math.min(...ends)) }),
  }
}

/** From the day before `start` to the day after `end`. */
export function around(start: unknown, end: unknown): Period {
  const shifted = (text: unknown, by: number) => {
    const moment = momentOf(text as string | undefined, by > 0)
    return moment === undefined ? {} : { [by > 0 ? 'end' : 'start']: new Date(moment.getTime() + by).toISOString() }
  }
  return { ...shifted(start, -AROUND_MS), ...shifted(end ?? start, AROUND_MS) }
}
