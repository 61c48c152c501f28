import { sayNumber } from './say-table.ts'
import type { DetectorSummary, Recall, Summary } from './summarise.ts'

export type Target = {
  readonly measure: string
  readonly target: string
  readonly figure: string
  /** Undefined: the runs it needs were not made. */
  readonly met: boolean | undefined
}

const HIJACKS = ['stolen-session', 'credential-stuffing']
const BULK = ['api-scraper low', 'credential-stuffing low', 'leaver-admin low', 'compromised-device low']

/** What the watch has to reach, and what it reached; each is named as in docs/watch-evaluation.md. */
export function targetsOf({ detectors }: Summary): Target[] {
  const watch = detectors.find(({ run }) => run === 'watch')
  const friction = watch?.friction
  const at = (place: number, detector = watch) => detector?.points[place]
  const modification = worstOf(watch, (kind) => kind.startsWith('mass-modification'), 'modified')
  const bulk = worstOf(watch, (kind) => BULK.includes(kind), 'patients')
  const rules = detectors.find(({ run }) => run === 'rule pack')
  const hijacks = pooled(at(0)?.scenarios.filter(({ kind }) => HIJACKS.includes(kind)))
  return [
    above('sensitivity at 1 alert for 1,000 staff a day', at(0)?.recall.value, 0.85),
    above('precision of the weekly top 20', watch?.topTwenty.value, 0.6),
    above('more than the rule pack at the same budget', gain(at(0)?.recall.value, at(0, rules)?.recall.value), 1),
    above('hijacks found at 0.1 % of days of work', hijacks, 0.8),
    above('honest accesses explained', friction?.saidExplainedOrWeak.value, 0.94),
    below('attack rows wrongly excused', friction?.wronglyExcused.value, 0.01, 4),
    below('blatant bulk reading: patients before the block, p95', bulk?.p95, 30),
    below('mass modification: records before the block, median', modification?.median, 10),
    below('prompts, of 100 accesses', friction && friction.askedPerThousand.value / 10, 1.5),
    below('honest accesses stopped under stressors', friction?.blockedUnderStress, 0),
    below('time for an access, ms (with reading it)', watch && watch.microsecondsAnAccess / 1000, 1, 3),
  ]
}

const gain = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? undefined : one / other

function pooled(recalls: readonly Recall[] | undefined): number | undefined {
  if (recalls === undefined || recalls.length === 0) return undefined
  const campaigns = recalls.reduce((sum, one) => sum + one.campaigns, 0)
  return recalls.reduce((sum, one) => sum + one.recall.value * one.campaigns, 0) / campaigns
}

/** The worst of the kinds wanted: what holds for it holds for the others. */
function worstOf(watch: DetectorSummary | undefined, wanted: (kind: string) => boolean, what: 'modified' | 'patients') {
  const spreads = (watch?.reach ?? []).filter(({ kind }) => wanted(kind)).map((one) => one[what])
  if (spreads.length === 0) return undefined
  return {
    median: Math.max(...spreads.map(({ median }) => median)),
    p95: Math.max(...spreads.map(({ p95 }) => p95)),
  }
}

const above = (measure: string, figure: number | undefined, target: number, digits = 2): Target => ({
  measure,
  target: `≥ ${target}`,
  figure: sayNumber(figure ?? Number.NaN, digits),
  met: figure === undefined || Number.isNaN(figure) ? undefined : figure >= target,
})

const below = (measure: string, figure: number | undefined, target: number, digits = 2): Target => ({
  measure,
  target: `≤ ${target}`,
  figure: sayNumber(figure ?? Number.NaN, digits),
  met: figure === undefined || Number.isNaN(figure) ? undefined : figure <= target,
})
