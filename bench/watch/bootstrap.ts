import { createChance } from '../../src/watch/calibrate/chance.ts'

/** A figure with the interval in which it lies in 95 of 100 resamples of the seeds. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number }

const RESAMPLES = 1000

/** Percentile bootstrap over the units (seeds). NaN of a resample is passed over; without any the interval is NaN. */
export function bootstrap<Unit>(
  units: readonly Unit[],
  figure: (units: readonly Unit[]) => number,
  resamples = RESAMPLES,
): Interval {
  const chance = createChance(20_261)
  const found: number[] = []
  for (let sample = 0; sample < resamples && units.length > 1; sample++) {
    const drawn = units.map(() => units[Math.floor(chance() * units.length)] as Unit)
    const value = figure(drawn)
    if (!Number.isNaN(value)) found.push(value)
  }
  found.sort((one, other) => one - other)
  const at = (share: number) => found[Math.min(found.length - 1, Math.floor(share * found.length))] ?? Number.NaN
  return { value: figure(units), low: at(0.025), high: at(0.975) }
}

/** A quantile by linear interpolation; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((one, other) => one - other)
  const place = share * (sorted.length - 1)
  const low = sorted[Math.floor(place)] as number
  return low + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] as number) - low)
}

export const ratio = (part: number, whole: number): number => (whole === 0 ? Number.NaN : part / whole)
export const sum = <One>(all: readonly One[], of: (one: One) => number): number =>
  all.reduce((so, one) => so + of(one), 0)
