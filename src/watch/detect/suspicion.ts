import { createRates, type SavedRates } from '../calibrate/rates.ts'
import type { Explanation } from '../explain/explain-access.ts'
import { FLAGS } from '../explain/flags.ts'
import type { Hospital, Member, Person } from '../hospital/hospital.ts'

/** What makes an unexplained chart more suspicious still: the flags, and these. */
const SIGNS = [...FLAGS, 'cold', 'off-shift'] as const
export type Sign = (typeof SIGNS)[number]

/** How strongly a sign points at misuse when it happens to be rare: a judgement, of which the rarity is measured. */
const WEIGHT: Readonly<Record<Sign, number>> = {
  self: 0.6,
  address: 1.6,
  family: 1.3,
  'co-worker': 1,
  vip: 1,
  deceased: 0.7,
  leaver: 3,
  decoy: 6,
  cold: 1,
  'off-shift': 0.5,
}
const MOST = 12
const HARD = 4

export type Contribution = { readonly sign: string; readonly nats: number }
export type SavedSuspicion = { readonly classes: SavedRates; readonly signs: readonly SavedRates[] }

/**
 * How suspicious it is that somebody opens one chart, in nats: how rare it is for the role that no relation explains it,
 * and how rare each sign is among what is not explained.
 */
export function createSuspicion(hospital: Hospital, saved?: SavedSuspicion) {
  const classes = createRates([80, 12, 8], saved?.classes)
  const signs = SIGNS.map((_, at) => createRates([99, 1], saved?.signs[at]))
  const outcomeOf = ({ class: said, cell }: Explanation) =>
    said === 'explained' ? 0 : cell !== -1 && said === 'weak' ? 1 : 2
  const shows = (explanation: Explanation, at: number) =>
    at < FLAGS.length
      ? (explanation.flags & (1 << at)) !== 0
      : at === FLAGS.length
        ? explanation.cold
        : explanation.offShift

  function contributions(
    explanation: Explanation,
    role: string,
    person: Person | undefined,
    member: Member | undefined,
  ): Contribution[] {
    const found: Contribution[] = []
    const { class: said } = explanation
    const firm = said === 'explained'
    if (!firm) {
      const nats = Math.min(HARD, classes.surprise(role, outcomeOf(explanation)))
      if (said !== 'weak') found.push({ sign: 'unexplained', nats })
    }
    const share = said === 'contra' || said === 'unexplained' ? 1 : said === 'weak' ? 0.4 : 0
    for (const [at, sign] of SIGNS.entries()) {
      if (!shows(explanation, at)) continue
      const hard = sign === 'leaver' || sign === 'decoy'
      if (share === 0 && !hard) continue
      let nats = (signs[at] as (typeof signs)[number]).surprise(role, 1)
      if (sign === 'family' && member !== undefined)
        nats = Math.max(nats, -0.7 * Math.log(hospital.shareOfName(person?.familyName ?? '') + 1e-4))
      found.push({ sign, nats: Math.min(hard ? 30 : MOST, nats * WEIGHT[sign] * (hard ? 1 : share)) })
    }
    return found
  }

  return {
    contributions,
    /** Notes what was seen, once for a person, a patient and a day. */
    note(explanation: Explanation, role: string) {
      const outcome = outcomeOf(explanation)
      classes.note(role, outcome)
      if (explanation.class === 'explained') return
      for (const [at, one] of signs.entries()) one.note(role, shows(explanation, at) ? 1 : 0)
    },
    /** How often a sign shows among what is not explained. */
    signShare: (sign: Sign, role: string): number =>
      (signs[SIGNS.indexOf(sign)] as (typeof signs)[number]).probability(role, 1),
    save: (): SavedSuspicion => ({ classes: classes.save(), signs: signs.map((one) => one.save()) }),
  }
}

export const natsOf = (contributions: readonly Contribution[]): number =>
  contributions.reduce((sum, one) => sum + one.nats, 0)
