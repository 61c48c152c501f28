import type { Alert, Contribution } from '../alert.ts'

/** An alert as a case holds it; `row` is where it stands in a replay. */
export type CaseAlert = Alert & { readonly row?: number }

/** What somebody who looked at a case found. */
export const FINDINGS = ['misuse', 'justified', 'unclear'] as const
export type Finding = (typeof FINDINGS)[number]
export type CaseVerdict = {
  readonly finding: Finding
  readonly reason: string
  readonly by: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What holds the alerts of a case together: one person, one patient many look at, or one place. */
export const CASE_KINDS = ['person', 'patient', 'place'] as const
export type CaseKind = (typeof CASE_KINDS)[number]

/** Everything that belongs to one matter within fourteen days, until somebody has looked at it. */
export type Case = {
  readonly id: string
  readonly kind: CaseKind
  /** The person, patient or place it is about. */
  readonly about: string
  readonly openedAt: number
  lastAt: number
  readonly alerts: CaseAlert[]
  readonly actors: Set<string>
  readonly patients: Set<string>
  readonly sessions: Set<string>
  readonly devices: Set<string>
  readonly networks: Set<string>
  readonly roles: Set<string>
  /** Other open cases that name the same person or patient. */
  readonly related: Set<string>
  verdict?: CaseVerdict
}

/** What all alerts of a case say together, the heaviest first: of each score the gravest, for alerts repeat themselves. */
export function contributionsOfCase({ alerts }: Pick<Case, 'alerts'>): Contribution[] {
  const gravest = new Map<string, Contribution>()
  for (const { contributions } of alerts)
    for (const one of contributions) if (one.nats > (gravest.get(one.score)?.nats ?? 0)) gravest.set(one.score, one)
  return [...gravest.values()].sort((one, other) => other.nats - one.nats)
}

export const scoreOfCase = ({ alerts }: Pick<Case, 'alerts'>): number => Math.max(0, ...alerts.map((one) => one.score))
