/** How the watch is set. */
export type WatchSettings = {
  /** False alerts for each 1,000 people at work a day that the officer is ready to look at. */
  readonly alertsPerThousandADay: number
  /** Until then (milliseconds since 1970) it only learns: nothing that was learned raises an alert or blocks. */
  readonly learnUntil: number
  /** So many days of work must have been seen before what was learned may block. */
  readonly daysToEarn: number
  /** While it learns: `most` holds people to the bounds a role usually has, `atAll` to those nobody may pass. */
  readonly boundsWhileLearning: 'most' | 'atAll'
  readonly seed: number
  /** Parts left out, to see what each is worth. */
  readonly without: ReadonlySet<'rules' | 'explanation' | 'learning'>
}

export const WATCH_DEFAULTS: WatchSettings = {
  alertsPerThousandADay: 1,
  learnUntil: 0,
  daysToEarn: 300,
  boundsWhileLearning: 'atAll',
  seed: 1,
  without: new Set(),
}
