import type { ConsentQuestion } from './consent-question.ts'
import type { ConsentRules } from './consent-rules.ts'
import { DENIES, type Ground, type Leaning, lean, PERMITS, REPLACES_DEFAULT, SILENT } from './lean.ts'
import type { Asked } from './matches.ts'
import { readLabels } from './security-labels.ts'
import { type Part, partsOf } from './three-valued.ts'

export type ConsentVerdict = {
  /** `silent`: no consent speaks of it; the implicit policy decides, or, to patients themselves, none has to. */
  readonly outcome: 'permit' | 'deny' | 'silent'
  readonly because: readonly Because[]
  /**
   * Parts of the question that were needed and not given. Empty: the verdict holds whatever they are. Otherwise the
   * outcome is `deny`, and the caller has to ask again for each record.
   */
  readonly depends: readonly Part[]
}

export type Because = {
  /** `Consent/x`, or the address of an implicit policy. */
  readonly consent: string
  /** The provision that decided: `provision.provision[0]`; the element that was not understood. */
  readonly path: string
  readonly ground: Ground | 'own' | 'implicit-permit' | 'implicit-deny' | 'undecided'
}

const ALL = DENIES | PERMITS | REPLACES_DEFAULT | SILENT
const OWN: ConsentVerdict = Object.freeze({
  outcome: 'silent',
  because: Object.freeze([{ consent: '', path: '', ground: 'own' } as const]),
  depends: Object.freeze([]),
})

/**
 * What a patient's consents say, all of them together. Pure; about a microsecond.
 * Of one policy, the most recent consent supersedes the others (PCF leaves it open); those that share a moment all
 * count. Across policies a denial overrides a permit, and a permit overrides a consent that merely does not cover it.
 * All `rules` MUST be of `question.patient`.
 */
export function evaluateConsents(rules: readonly ConsentRules[], question: ConsentQuestion): ConsentVerdict {
  if (question.actor.references.includes(question.patient)) return OWN
  const { labels } = question.record
  const asked: Asked = { ...question, labelled: labels === undefined ? undefined : readLabels(labels) }
  const counted = rules.filter((one) => !rules.some((other) => supersedes(other, one, question.now)))
  const leanings = counted.map((one) => lean(one, asked))

  let may = SILENT
  for (const one of leanings) may = together(may, one.may)
  const decided = (wanted: number, outcome: ConsentVerdict['outcome']): ConsentVerdict => ({
    outcome,
    because: leanings.flatMap((one, n) =>
      one.may === wanted && wanted !== SILENT ? [becauseOf(counted[n] as ConsentRules, one)] : [],
    ),
    depends: [],
  })
  const undecided = (): Pick<ConsentVerdict, 'because'> => ({
    because: leanings.flatMap((one, n) =>
      one.missing === 0 ? [] : [{ ...becauseOf(counted[n] as ConsentRules, one), ground: 'undecided' as const }],
    ),
  })
  if ((may & (PERMITS | SILENT)) === 0) {
    const denied = decided(DENIES, 'deny')
    return denied.because.length > 0
      ? denied
      : { ...decided(REPLACES_DEFAULT, 'deny'), ...(may & DENIES && undecided()) }
  }
  if (may === PERMITS) return decided(PERMITS, 'permit')
  if (may === SILENT) return decided(SILENT, 'silent')
  const missing = leanings.reduce((all, one) => all | one.missing, 0)
  return { outcome: 'deny', ...undecided(), depends: partsOf(missing) }
}

const becauseOf = ({ consent }: ConsentRules, { path, ground }: Leaning): Because => ({ consent, path, ground })

/** Whether `newer` has replaced `older`: same policy, later beyond doubt, and begun. */
function supersedes(newer: ConsentRules, older: ConsentRules, now: number): boolean {
  if (newer.policy === undefined || newer.policy !== older.policy) return false
  if (newer.dated === undefined || older.dated === undefined || newer.dated[0] < older.dated[1]) return false
  return 'refused' in newer || !newer.period || newer.period[0] === null || newer.period[0] <= now
}

/** The strongest of two: denial, permit, a default replaced, silence; of each pair of what they may say. */
const JOINED = Array.from({ length: (ALL + 1) ** 2 }, (_, n) => {
  let may = 0
  for (const one of [DENIES, PERMITS, REPLACES_DEFAULT, SILENT])
    for (const other of [DENIES, PERMITS, REPLACES_DEFAULT, SILENT])
      if ((n >> 4) & one && n & 15 & other) may |= Math.min(one, other)
  return may
})

const together = (one: number, other: number): number => JOINED[(one << 4) | other] as number
