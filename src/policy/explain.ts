import { PURPOSES } from '../kernel/purpose.ts'
import type { Decide } from './decide.ts'
import { type Facts, RELATIONS } from './facts.ts'
import { legalBasisOf } from './legal-basis.ts'

/** A decision in words, for who may know all of it (an officer, an operator). */
export type Explanation = {
  readonly permitted: boolean
  /** `allowed because …` or `refused because …`. */
  readonly says: string
  /** Ids of the policies that decided. */
  readonly policies: readonly string[]
  /** Each single change of the circumstances that would have allowed it; empty when it was allowed, or when none would. */
  readonly wouldAllow: readonly string[]
  /** On what law it may rest (`legalBasisOf`); empty when it was refused. */
  readonly basis: string
}

type Change = readonly [says: string, changed: Partial<Facts>]

/** What the refused one is told: the same for everything that could be the reason, so that it tells nothing of the chart. */
export const REFUSED_FOR_THE_ACTOR =
  'You may not open this, or it does not exist. If you treat this patient, ask to be put on the care team; in an emergency, break the glass.'

/** Asks the policies again with one fact changed at a time. Pure: nothing is read or recorded. */
export function explainDecision(decide: Decide, facts: Facts): Explanation {
  const { permitted, reasons } = decide(facts)
  if (permitted)
    return {
      permitted,
      says: `allowed because of ${reasons.join(', ')}`,
      policies: reasons,
      wouldAllow: [],
      basis: legalBasisOf(facts),
    }
  const says = reasons.length > 0 ? `refused because of ${reasons.join(', ')}` : 'refused because no policy permits it'
  const wouldAllow = changesOf(facts)
    .filter(([, changed]) => decide({ ...facts, ...changed }).permitted)
    .map(([words]) => words)
  return { permitted, says, policies: reasons, wouldAllow, basis: '' }
}

function changesOf(facts: Facts): Change[] {
  const { relations, purpose, labels, consent, strength, scopeCovers } = facts
  return [
    ...(scopeCovers ? [] : [['scopes that cover it', { scopeCovers: true }] as const]),
    ...RELATIONS.filter((one) => !relations.includes(one)).map(
      (one): Change => [`the relation ${one}`, { relations: [...relations, one].sort() }],
    ),
    ...PURPOSES.filter((one) => one !== purpose).map((one): Change => [`the purpose ${one}`, { purpose: one }]),
    [
      'the relation break-glass for the purpose ETREAT',
      { relations: [...relations, 'break-glass'], purpose: 'ETREAT' },
    ],
    ...(consent === 'permit' ? [] : [['a consent of the patient', { consent: 'permit' }] as const]),
    ...(consent === 'deny' ? [['no objection of the patient', { consent: 'silent' }] as const] : []),
    ...(labels.length > 0 ? [['a record that is not sensitive', { labels: [] }] as const] : []),
    ...(strength === 'phishing-resistant' ? [] : [['a passkey', { strength: 'phishing-resistant' }] as const]),
  ]
}
