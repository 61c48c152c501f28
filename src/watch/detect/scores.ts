/**
 * What is scored about a day of somebody's work: each only grows within the day, and is held against the days of peers.
 * Scores of one family speak of the same thing, so that only the gravest of them counts fully. The weight is a judgement of
 * how much of what is unusual in this way is misuse. The grain is the least difference that means anything, in the score's own
 * measure: of counts one, of logarithms of counts a third, of nats one; so that where peers hardly differ, a little more is not taken for very
 * much more.
 */
export const SCORES = [
  { id: 'patient', family: 'charts', weight: 2, grain: 1, says: 'the most suspicious chart opened' },
  { id: 'unexplained', family: 'charts', weight: 1, grain: 1, says: 'all that no relation explains' },
  { id: 'slow', family: 'charts', weight: 0.8, grain: 1, says: 'what added up over two weeks' },
  { id: 'kin', family: 'charts', weight: 1.6, grain: 0.3, says: 'reading on and on in the chart of somebody close' },
  { id: 'through', family: 'charts', weight: 1, grain: 1, says: 'charts gone through that nothing explains' },
  { id: 'strangers', family: 'charts', weight: 1, grain: 1, says: 'unexplained patients in two weeks' },
  { id: 'pile-on', family: 'charts', weight: 1.6, grain: 1, says: 'a chart many look at without a reason' },
  { id: 'patients', family: 'volume', weight: 0.6, grain: 0.5, says: 'more patients than usual for this person' },
  { id: 'hour', family: 'volume', weight: 0.6, grain: 0.2, says: 'many patients within an hour' },
  { id: 'unexplained-hour', family: 'volume', weight: 1.3, grain: 1, says: 'many unexplained patients within an hour' },
  { id: 'unexplained-day', family: 'volume', weight: 1.2, grain: 1, says: 'many unexplained patients within a day' },
  { id: 'pace', family: 'volume', weight: 0.6, grain: 0.2, says: 'the pace of a machine' },
  {
    id: 'sections',
    family: 'manner',
    weight: 0.7,
    grain: 0.3,
    says: 'parts of the chart this person does not work with',
  },
  { id: 'action', family: 'manner', weight: 0.6, grain: 0.5, says: 'something this person does not do' },
  { id: 'neighbours', family: 'manner', weight: 0.7, grain: 0, says: 'a session unlike any of the peers' },
  {
    id: 'unexplained-changes',
    family: 'changes',
    weight: 1.3,
    grain: 1,
    says: 'changes to charts of patients nothing explains',
  },
  { id: 'changes', family: 'changes', weight: 0.7, grain: 0.3, says: 'many charts changed within an hour' },
  { id: 'export', family: 'export', weight: 1, grain: 0.3, says: 'more taken out than usual' },
  { id: 'session', family: 'place', weight: 1, grain: 1, says: 'an unusual place, device or time' },
  { id: 'moved', family: 'place', weight: 1.6, grain: 1, says: 'one session from two places' },
  { id: 'sign-in', family: 'place', weight: 1.2, grain: 1, says: 'a sign-in after many that failed' },
] as const

export type ScoreId = (typeof SCORES)[number]['id']

export const scoreAt = (id: ScoreId): number => SCORES.findIndex((one) => one.id === id)

export const FAMILIES: readonly string[] = [...new Set(SCORES.map((one) => one.family))]
export const FAMILY_AT: readonly number[] = SCORES.map((one) => FAMILIES.indexOf(one.family))

/** The scores of one day of one person; a score nothing was seen for is -Infinity. */
export const noScores = (): Float64Array => new Float64Array(SCORES.length).fill(Number.NEGATIVE_INFINITY)

export function raise(scores: Float64Array, at: number, value: number) {
  if (value > (scores[at] as number)) scores[at] = value
}
