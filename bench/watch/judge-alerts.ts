import type { Campaign, Trail } from './trail.ts'

/** Something a detector told a person: about a row, or about all that somebody did in a span of time. */
export type Told = {
  readonly score: number
  readonly at: number
  /** The number of the actor in the trail's names; 0 when it names none. */
  readonly actor: number
  /** The row it arose at; -1 for a detector that looks at days. */
  readonly row: number
  readonly from: number
  readonly to: number
  readonly says?: string
}

/** An alert beside the truth. */
export type Judged = {
  readonly score: number
  readonly at: number
  readonly actor: string
  readonly row: number
  readonly says: string
  /** The campaigns it finds; none: it is false, or late. */
  readonly finds: readonly string[]
  /** It names somebody after their campaign: too late to count as found, and not false. */
  readonly late: boolean
}

const AFTERMATH_MS = 14 * 86_400_000

/**
 * An alert finds the campaign at one of whose rows it arose. One that arose at an honest row finds the campaigns of which
 * it names somebody who takes part, at a time between their own first and last row.
 */
export function judgeAlert(trail: Trail, told: Told): Judged {
  const finds = new Set<string>()
  let late = false
  const own = told.row === -1 ? -1 : (trail.campaign[told.row] as number)
  if (own !== -1) finds.add((trail.campaigns[own] as Campaign).id)
  for (const campaign of own === -1 ? trail.campaigns : []) {
    const span = campaign.spans.get(told.actor)
    if (span === undefined) continue
    if (told.from <= span.to && told.to >= span.from) finds.add(campaign.id)
    else if (told.from > span.to && told.from - span.to <= AFTERMATH_MS) late = true
  }
  return {
    score: told.score,
    at: told.at,
    actor: trail.names.word(told.actor),
    row: told.row,
    says: told.says ?? '',
    finds: [...finds],
    late: late && finds.size === 0,
  }
}

export const isFalse = ({ finds, late }: Judged): boolean => finds.length === 0 && !late
