import type { Because } from '../alert.ts'
import type { Measure } from '../explain/measured-worth.ts'
import type { Case, CaseVerdict } from './case.ts'

export type RightAndWrong = { right: number; wrong: number }
/** A template as it was measured, with what verdicts said of the alerts it did not prevent. */
export type JudgedMeasure = Measure & Partial<RightAndWrong>
export type SavedVerdicts = {
  readonly templates: Map<string, RightAndWrong>
  readonly flags: Map<string, RightAndWrong>
}

export type VerdictCounts = ReturnType<typeof createVerdictCounts>

const keyOf = ({ role, path, when }: { role: string; path: string; when: string }) => `${role}\t${path}\t${when}`

/** How often alerts were right and wrong, by what explained their access and by what spoke against it. */
export function createVerdictCounts(saved: SavedVerdicts = { templates: new Map(), flags: new Map() }) {
  const { templates, flags } = saved
  const count = (of: Map<string, RightAndWrong>, key: string, right: boolean) => {
    const counts = of.get(key) ?? { right: 0, wrong: 0 }
    counts[right ? 'right' : 'wrong']++
    of.set(key, counts)
  }
  return {
    note(because: Because, right: boolean) {
      count(templates, keyOf(because), right)
      for (const flag of because.flags) count(flags, flag, right)
    },
    flags: (): readonly (RightAndWrong & { readonly flag: string })[] =>
      [...flags].map(([flag, counts]) => ({ flag, ...counts })),
    /** The measures with the verdicts beside them; a template that only verdicts speak of is in them too. */
    beside(measures: readonly Measure[]): JudgedMeasure[] {
      return measures.map((one) => ({ ...one, ...templates.get(keyOf(one)) }))
    },
    /** Alerts on accesses that nothing explained. */
    unexplained: (): RightAndWrong =>
      [...templates]
        .filter(([key]) => key.endsWith('\tnone\tnone'))
        .reduce((sum, [, { right, wrong }]) => ({ right: sum.right + right, wrong: sum.wrong + wrong }), {
          right: 0,
          wrong: 0,
        }),
    save: (): SavedVerdicts => saved,
  }
}

/**
 * Closes a case with a verdict, and lets the watch learn from it: the budget of alerts, and the counts by template and sign.
 * What is unclear teaches nothing. A case teaches once: its first alert, for the others say the same. Returns false when the
 * case had a verdict already.
 */
export function teach(
  of: Case,
  verdict: CaseVerdict,
  { budget, counts }: { budget: { verdict(right: boolean): void }; counts: VerdictCounts },
): boolean {
  if (of.verdict !== undefined) return false
  of.verdict = verdict
  if (verdict.finding === 'unclear') return true
  const right = verdict.finding === 'misuse'
  budget.verdict(right)
  const because = of.alerts[0]?.because
  if (because !== undefined) counts.note(because, right)
  return true
}
