import type { Access } from '../access.ts'

const DAY_MINUTES = 1440
const DAYS = 14
const MOST_CHARTS = 128
/** A chart was gone through, not glanced at: so many rows, of so many parts. */
const ROWS = 4
const PARTS = 3

/** How one person went through one chart that nothing explains. */
type Look = { rows: number; parts: number; flagged: boolean; worked: boolean; last: number }

/** What one person went through in the last two weeks. Plain values, so that it can be stored. */
export type Depth = {
  readonly charts: Map<number, Look>
  /** Unexplained patients by day, for two weeks; `day` is that of the last. */
  readonly strangers: number[]
  day: number
}

export const newDepth = (): Depth => ({ charts: new Map(), strangers: [], day: -1 })

/** Moves the counts of days on. */
function turn(depth: Depth, day: number) {
  if (depth.day === -1) depth.day = day
  for (; depth.day < day; depth.day++) {
    depth.strangers.push(0)
    if (depth.strangers.length > DAYS) depth.strangers.shift()
  }
  if (depth.strangers.length === 0) depth.strangers.push(0)
}

/** A part of the chart as one of 31 bits. */
function bitOfPart(resourceType: string): number {
  let hash = 0
  for (let at = 0; at < resourceType.length; at++) hash = (hash * 31 + resourceType.charCodeAt(at)) | 0
  return 1 << (Math.abs(hash) % 31)
}

/**
 * Notes one look into a chart that nothing explains. Who cares for a patient also writes; who is curious reads, and goes deep
 * (an honest detour is short). Returns the most rows read of one chart of kin, and how many charts were gone through.
 */
export function noteLook(
  depth: Depth,
  access: Access,
  patient: number,
  minute: number,
  { flagged, first }: { readonly flagged: boolean; readonly first: boolean },
): { kin: number; through: number; strangers: number } {
  turn(depth, Math.floor(minute / DAY_MINUTES))
  if (first) depth.strangers[depth.strangers.length - 1] = (depth.strangers.at(-1) ?? 0) + 1
  const known = depth.charts.get(patient)
  const look = known ?? { rows: 0, parts: 0, flagged: false, worked: false, last: minute }
  const works = access.action === 'create' || access.action === 'update'
  look.rows += works ? 0 : 1
  look.parts |= bitOfPart(access.resourceType)
  look.flagged ||= flagged
  look.worked ||= works
  look.last = minute
  depth.charts.delete(patient)
  depth.charts.set(patient, look)
  if (depth.charts.size > MOST_CHARTS) depth.charts.delete(depth.charts.keys().next().value as number)
  let kin = 0
  let through = 0
  for (const [other, one] of depth.charts) {
    if (minute - one.last > DAYS * DAY_MINUTES) depth.charts.delete(other)
    else if (!one.worked) {
      if (one.flagged) kin = Math.max(kin, one.rows)
      if (one.rows >= ROWS && countBits(one.parts) >= PARTS) through++
    }
  }
  return { kin, through, strangers: depth.strangers.reduce((sum, count) => sum + count, 0) }
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
