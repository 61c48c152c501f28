/** The costs of one application profile of NAB. */
export type Profile = { readonly name: string; readonly fpWeight: number; readonly fnWeight: number }

/** The three of NAB 1.1, config/profiles.json. */
export const PROFILES: readonly Profile[] = [
  { name: 'standard', fpWeight: 0.11, fnWeight: 1 },
  { name: 'reward_low_FP', fpWeight: 0.22, fnWeight: 1 },
  { name: 'reward_low_FN', fpWeight: 0.11, fnWeight: 2 },
]

/** One series as a detector judged it: a score in [0, 1] for each row, and the windows as places of rows, both ends in. */
export type Judged = {
  readonly name: string
  readonly scores: Float64Array
  readonly windows: readonly (readonly [number, number])[]
}

/** What a threshold comes to: an alarm is a row with at least this score. */
export type AtThreshold = { readonly threshold: number; readonly raw: number }

type Point = { readonly score: number; readonly worth: number; readonly window: number }

const PROBATION = 0.15
const LONGEST = 5000

/** The rows of a series that are not scored, from its beginning. */
export const probationOf = (rows: number): number => Math.min(Math.floor(PROBATION * rows), PROBATION * LONGEST)

const scaled = (position: number): number => (position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1)

/** What an alarm at each row is worth, for a profile (Lavin and Ahmad 2015, section II; numenta/NAB nab/sweeper.py). */
function pointsOf({ scores, windows }: Judged, { fpWeight }: Profile, firstWindow: number): Point[] {
  const points: Point[] = []
  const probation = probationOf(scores.length)
  let ahead = 0
  let current: readonly [number, number] | undefined
  let previous: readonly [number, number] | undefined
  for (const [row, score] of scores.entries()) {
    if (windows[ahead]?.[0] === row) current = windows[ahead++]
    const width = (one: readonly [number, number]) => one[1] - one[0] + 1
    let worth = -fpWeight
    if (current !== undefined) worth = scaled(-(current[1] - row + 1) / width(current)) / scaled(-1)
    else if (previous !== undefined) worth = scaled((row - previous[1]) / (width(previous) - 1)) * fpWeight
    if (row >= probation) points.push({ score, worth, window: current === undefined ? -1 : firstWindow + ahead - 1 })
    if (current !== undefined && row === current[1]) {
      previous = current
      current = undefined
    }
  }
  return points
}

/** The raw score at every threshold that differs, from the highest down; the first is that of no alarm at all. */
export function sweep(corpus: readonly Judged[], profile: Profile): AtThreshold[] {
  const points: Point[] = []
  let windows = 0
  for (const series of corpus) {
    for (const point of pointsOf(series, profile, windows)) points.push(point)
    windows += series.windows.length
  }
  points.sort((one, other) => other.score - one.score)
  const best = new Float64Array(windows).fill(-profile.fnWeight)
  // A window that lies in the probation as a whole cannot be won: it is not counted, as in NAB.
  const open = new Set(points.map((point) => point.window))
  let raw = 0
  for (let at = 0; at < windows; at++) {
    if (open.has(at)) raw -= profile.fnWeight
  }
  const found: AtThreshold[] = [{ threshold: Number.POSITIVE_INFINITY, raw }]
  for (const [at, { score, worth, window }] of points.entries()) {
    if (window === -1) raw += worth
    else if (worth > (best[window] as number)) {
      raw += worth - (best[window] as number)
      best[window] = worth
    }
    if (points[at + 1]?.score !== score) found.push({ threshold: score, raw })
  }
  return found
}

export const bestOf = (swept: readonly AtThreshold[]): AtThreshold =>
  swept.reduce((best, one) => (one.raw > best.raw ? one : best))

/** The raw score on the scale of NAB: 0 for a detector that never alarms, 100 for a perfect one. */
export function normalised(raw: number, windows: number, { fnWeight }: Profile): number {
  const none = -fnWeight * windows
  return (100 * (raw - none)) / (windows - none)
}

/** The score of a detector over a corpus at its best threshold, and that threshold. */
export function scoreCorpus(corpus: readonly Judged[], profile: Profile): AtThreshold & { readonly score: number } {
  const best = bestOf(sweep(corpus, profile))
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0)
  return { ...best, score: normalised(best.raw, windows, profile) }
}

/** How many windows are found at a threshold, and how many alarms are false. */
export function countAt(
  corpus: readonly Judged[],
  threshold: number,
): { found: number; windows: number; false: number } {
  const counts = { found: 0, windows: 0, false: 0 }
  const profile = PROFILES[0] as Profile
  for (const series of corpus) {
    const found = new Set<number>()
    for (const { score, window } of pointsOf(series, profile, 0)) {
      if (score < threshold) continue
      if (window === -1) counts.false++
      else found.add(window)
    }
    counts.found += found.size
    counts.windows += series.windows.length
  }
  return counts
}
