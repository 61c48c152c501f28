/** What is scored about a day of somebody's work: each only grows within the day, and is held against the days of peers. */
export const SCORES = [
  ['patient', 'the most suspicious chart opened'],
  ['unexplained', 'all that no relation explains'],
  ['slow', 'what added up over two weeks'],
  ['patients', 'more patients than usual for this person'],
  ['hour', 'many patients within an hour'],
  ['unexplained-hour', 'many unexplained patients within an hour'],
  ['sections', 'parts of the chart this person does not work with'],
  ['session', 'an unusual place, device or time'],
  ['pace', 'the pace of a machine'],
  ['unexplained-changes', 'changes to the charts of patients nobody explains'],
  ['changes', 'many charts changed within an hour'],
  ['export', 'more taken out than usual'],
  ['action', 'something this person does not do'],
  ['pile-on', 'a chart many look at without a reason'],
  ['sign-in', 'a sign-in after many that failed'],
  ['neighbours', 'a session unlike any of the peers'],
] as const

export type ScoreId = (typeof SCORES)[number][0]

export const scoreAt = (id: ScoreId): number => SCORES.findIndex(([one]) => one === id)

/** The scores of one day of one person; a score nothing was seen for is -Infinity. */
export const noScores = (): Float64Array => new Float64Array(SCORES.length).fill(Number.NEGATIVE_INFINITY)

export function raise(scores: Float64Array, at: number, value: number) {
  if (value > (scores[at] as number)) scores[at] = value
}
