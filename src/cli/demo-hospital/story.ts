import type { Days } from './chart.ts'
import type { Sensitivity } from './codes.ts'

export type Visit = {
  readonly kind: 'clinic' | 'emergency' | 'stay' | 'call'
  readonly ago: Days
  /** How long a stay lasts; a stay without it goes on today. */
  readonly days?: Days
  readonly ward?: string
  readonly why: string
}

/** Measured `times` times, `every` so many days, the last one `until` days ago; each goes from one value to another. */
export type Series = {
  readonly every: Days
  readonly times: number
  readonly until: Days
  /** The laboratory's name for the panel; without one they are read at the bedside. */
  readonly panel?: string
  readonly of: Readonly<Record<string, readonly [from: number, to: number]>>
}

export type Course = {
  readonly medicine: string
  readonly from: Days /** Until when; for good without it. */
  readonly to?: Days
}
export type Act = { readonly procedure: string; readonly ago: Days }
export type Image = {
  readonly study: 'x-ray' | 'ct' | 'echo' | 'ultrasound' | 'mri'
  readonly of: string
  readonly ago: Days
  readonly finding: string
}
export type Letter = {
  readonly kind: 'discharge' | 'consult' | 'progress' | 'referral' | 'genetics'
  readonly ago: Days
  readonly text: string
}

/** What one condition brings with it. */
export type Story = {
  /** A key of the conditions; none for somebody who is well. */
  readonly condition?: string
  readonly since: Days
  /** When it was over. */
  readonly over?: Days
  readonly sensitivity?: Sensitivity
  readonly ward: string
  /** Roles in the care team, besides the physician. */
  readonly team: readonly string[]
  readonly visits: readonly Visit[]
  readonly series?: readonly Series[]
  readonly courses?: readonly Course[]
  readonly acts?: readonly Act[]
  readonly images?: readonly Image[]
  readonly letters?: readonly Letter[]
  /** What is meant to be done: the care plan. */
  readonly plan?: readonly string[]
  /** The next appointment, in days. */
  readonly next?: Days
  /** Referred to: what for. */
  readonly referral?: string
}

export const clinic = (ago: Days, why: string): Visit => ({ kind: 'clinic', ago, why })
export const call = (ago: Days, why: string): Visit => ({ kind: 'call', ago, why })
export const emergency = (ago: Days, why: string): Visit => ({ kind: 'emergency', ago, why, ward: 'emergency' })
export const stay = (ago: Days, days: Days | undefined, why: string, ward?: string): Visit => ({
  kind: 'stay',
  ago,
  why,
  ...(days !== undefined && { days }),
  ...(ward !== undefined && { ward }),
})
export const course = (medicine: string, from: Days, to?: Days): Course => ({
  medicine,
  from,
  ...(to !== undefined && { to }),
})
export const at = (times: number, every: Days, until: Days, of: Series['of']): Series => ({ times, every, until, of })
export const lab = (panel: string, times: number, every: Days, until: Days, of: Series['of']): Series => ({
  panel,
  times,
  every,
  until,
  of,
})
