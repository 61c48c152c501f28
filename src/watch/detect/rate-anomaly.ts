import type { Chance } from '../calibrate/chance.ts'
import { createTail, type Tail } from '../calibrate/tail.ts'
import { createNeighbours } from './neighbours.ts'
import { createSeasons } from './seasons.ts'

/** How a value of a rate can be unusual; each is held against its own past. */
export const RATE_SIGNS = [
  'high',
  'low',
  'a jump',
  'a jump of a smooth rate',
  'a change of unrest',
  'unusual for the hour',
  'unusual after the values before',
  'unusual in its course',
  'a change of level',
  'other values than usual',
] as const
const [HIGH, LOW, JUMP, SMOOTH_JUMP, UNREST, SEASON, LAGS, COURSE, LEVEL, VALUES] = RATE_SIGNS.map((_, at) => at) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

const LAG = 8
const SHORT = 16
const LONG = 32
const REFERENCE = 256
const REPLACED = 0.1
/** The past of one rate is no crowd of peers: little of it is doubted. */
const DOUBTFUL = 0.001
/** Powers of ten by which one sign has to be unusual to count. */
const FROM = 1
/** After an alarm another has to be so much worse; by what share of that holds after one more value. */
const WORSE = 1.5
const FADES = Math.exp(-1 / 100)

export type RateLook = {
  /** How unusual, in powers of ten, summed over the signs. */
  readonly score: number
  /** The score when it is news; 0 while it belongs to what was told already. */
  readonly alarm: number
}

/**
 * Whether a rate, looked at again and again, does something it never does: what is unusual is measured by what the rate
 * itself did before, in one pass and constant room. Times are milliseconds since 1970 and MUST not go back.
 */
export function createRateAnomaly(chance: Chance) {
  const tails: readonly Tail[] = RATE_SIGNS.map(() => createTail(chance, DOUBTFUL))
  const seasons = createSeasons()
  const lags = createNeighbours(LAG, chance)
  const courses = createNeighbours(5, chance)
  const lagPoint = new Float64Array(LAG)
  const coursePoint = new Float64Array(5)
  const recent: number[] = []
  const reference: number[] = []
  let sorted: Float64Array = new Float64Array(0)
  const fast = createFading(0.2)
  const smooth = createFading(0.06)
  const medium = createFading(0.02)
  const slow = createFading(0.003)
  let bar = 0

  /** The greatest difference between the distributions of the last values and of all (Kolmogorov and Smirnov). */
  function distance(): number {
    const last = Float64Array.from(recent).sort()
    let most = 0
    let passed = 0
    for (let at = 0; at < sorted.length; at++) {
      while (passed < last.length && (last[passed] as number) <= (sorted[at] as number)) passed++
      most = Math.max(most, Math.abs(passed / last.length - (at + 1) / sorted.length))
    }
    return most
  }

  function keep(value: number) {
    if (reference.length < REFERENCE) reference.push(value)
    else if (chance() >= REPLACED) return
    else reference[Math.floor(chance() * REFERENCE)] = value
    if (reference.length === REFERENCE) sorted = Float64Array.from(reference).sort()
  }

  return {
    look(at: number, value: number): RateLook {
      let score = 0
      const hold = (sign: number, against: number) => {
        const tail = tails[sign] as Tail
        score += Math.max(0, -Math.log10(Math.max(1e-30, tail.p(against))) - FROM)
        tail.add(against)
      }
      hold(HIGH, value)
      hold(LOW, -value)
      if (slow.seen > 0) {
        hold(JUMP, Math.abs(value - fast.mean))
        hold(SMOOTH_JUMP, Math.abs(value - smooth.mean))
        hold(SEASON, Math.abs(value - (seasons.usual(at) ?? medium.mean)))
      }
      recent.push(value)
      if (recent.length > LONG) recent.shift()
      if (recent.length >= SHORT) {
        const mean = meanOf(recent, SHORT)
        const unrest = Math.log(varianceOf(recent, SHORT, mean) + 1e-9)
        hold(UNREST, Math.abs(unrest - Math.log(slow.variance + 1e-9)))
        hold(LEVEL, Math.abs(mean - slow.mean))
        for (let lag = 0; lag < LAG; lag++) lagPoint[lag] = recent[recent.length - 1 - lag] as number
        const nearestLag = lags.look('', lagPoint)
        if (nearestLag !== undefined) hold(LAGS, nearestLag)
        lags.add('', lagPoint)
        coursePoint.set([value, value - (lagPoint[1] as number), meanOf(recent, LAG) - value, mean, unrest])
        const nearestCourse = courses.look('', coursePoint)
        if (nearestCourse !== undefined) hold(COURSE, nearestCourse)
        courses.add('', coursePoint)
        if (recent.length === LONG && sorted.length === REFERENCE) hold(VALUES, distance())
      }
      keep(value)
      seasons.note(at, value)
      for (const one of [fast, smooth, medium, slow]) one.add(value)
      bar *= FADES
      if (score <= bar) return { score, alarm: 0 }
      bar = score * WORSE
      return { score, alarm: score }
    },
  }
}

/** An exponentially fading mean and variance. */
function createFading(weight: number) {
  const so = {
    mean: 0,
    variance: 0,
    seen: 0,
    add(value: number) {
      const step = value - so.mean
      if (so.seen++ === 0) so.mean = value
      else {
        so.mean += weight * step
        so.variance = (1 - weight) * (so.variance + weight * step * step)
      }
    },
  }
  return so
}

function meanOf(values: readonly number[], last: number): number {
  let sum = 0
  for (let at = values.length - last; at < values.length; at++) sum += values[at] as number
  return sum / last
}

function varianceOf(values: readonly number[], last: number, mean: number): number {
  let sum = 0
  for (let at = values.length - last; at < values.length; at++) sum += ((values[at] as number) - mean) ** 2
  return sum / last
}
