import type { Contribution } from './alert.ts'
import { FAMILIES, FAMILY_AT, SCORES } from './detect/scores.ts'
import type { Parts } from './parts.ts'
import type { Day } from './state/actor-state.ts'

/** What one score is at least to count (the upper twentieth of the days of peers), and at most. In nats. */
const FROM = 3
const MOST = 14
/** What the lesser scores of a family add to its gravest. */
const LESSER = 0.25

const gravest = new Float64Array(FAMILIES.length)
const sums = new Float64Array(FAMILIES.length)

/** How far one score of a day lies beyond what is usual for the peers, and for everybody today; 0 within the usual. */
function excess(parts: Parts, actor: number, role: string, at: number, value: number): number {
  const usual = -Math.log(Math.max(1e-30, parts.days.p(role, at, value))) - FROM
  if (usual <= 0) return 0
  const nats = Math.min(MOST, usual)
  parts.today.note(actor, at, nats)
  // Many at one chart, and many from one place, are the very matter of these scores.
  const { id, weight } = SCORES[at] as (typeof SCORES)[number]
  const crowd = id === 'pile-on' || id === 'sign-in' ? nats : Math.min(nats, parts.today.bound(at, nats))
  return crowd * weight
}

/** All scores of a day together, as a sum of log-odds over the families of scores. */
export function fuse(parts: Parts, actor: number, role: string, { scores }: Day): number {
  gravest.fill(0)
  sums.fill(0)
  for (let at = 0; at < SCORES.length; at++) {
    const value = scores[at] as number
    if (value === Number.NEGATIVE_INFINITY) continue
    const nats = excess(parts, actor, role, at, value)
    const family = FAMILY_AT[at] as number
    sums[family] = (sums[family] as number) + nats
    if (nats > (gravest[family] as number)) gravest[family] = nats
  }
  let total = 0
  for (let family = 0; family < FAMILIES.length; family++)
    total += (1 - LESSER) * (gravest[family] as number) + LESSER * (sums[family] as number)
  return total
}

/** What each score adds, the heaviest first. */
export const contributionsOf = (parts: Parts, actor: number, role: string, { scores }: Day): Contribution[] =>
  SCORES.map(({ id, says }, at) => ({ score: id, says, nats: excess(parts, actor, role, at, scores[at] as number) }))
    .filter((one) => one.nats > 0)
    .sort((one, other) => other.nats - one.nats)
