import type { ConsentRules } from './consent-rules.ts'
import type { Span } from './date-span.ts'

/**
 * When a verdict made now may change by time alone: the nearest edge of a period, in milliseconds since 1970 UTC;
 * undefined when there is none. What is decided MUST NOT be kept beyond it.
 */
export function nextChange(rules: readonly ConsentRules[], now: number): number | undefined {
  const edges = rules.flatMap((one) =>
    'refused' in one ? [] : [one.period, ...one.exceptions.map(({ when }) => when.period)].flatMap(edgesOf),
  )
  const later = edges.filter((edge) => edge > now)
  return later.length === 0 ? undefined : Math.min(...later)
}

const edgesOf = (span: Span | undefined): number[] => (span === undefined ? [] : span.filter((edge) => edge !== null))
