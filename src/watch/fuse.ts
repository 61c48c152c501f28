import type { Contribution } from './alert.ts'
import { SCORES } from './detect/scores.ts'
import type { Parts } from './parts.ts'
import type { Day } from './state/actor-state.ts'

/** What one score is at least to count (the upper twentieth of the days of peers), and at most. In nats. */
const FROM = 3
const MOST = 14

/** How far one score of a day lies beyond what is usual for the peers, in nats; 0 within the usual. */
const excess = (parts: Parts, role: string, at: number, value: number): number =>
  Math.min(MOST, Math.max(0, -Math.log(Math.max(1e-30, parts.days.p(role, at, value))) - FROM))

/** All scores of a day together, as a sum of log-odds. */
export function fuse(parts: Parts, role: string, { scores }: Day): number {
  let sum = 0
  for (let at = 0; at < SCORES.length; at++) {
    const value = scores[at] as number
    if (value !== Number.NEGATIVE_INFINITY) sum += excess(parts, role, at, value)
  }
  return sum
}

/** What each score adds, the heaviest first. */
export const contributionsOf = (parts: Parts, role: string, { scores }: Day): Contribution[] =>
  SCORES.map(([score, says], at) => ({ score, says, nats: excess(parts, role, at, scores[at] as number) }))
    .filter((one) => one.nats > 0)
    .sort((one, other) => other.nats - one.nats)
