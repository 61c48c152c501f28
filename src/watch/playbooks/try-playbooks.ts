import type { CaseAlert } from '../cases/case.ts'
import { createGatherCases } from '../cases/gather-cases.ts'
import { type PlannedStep, planOf, stepKey } from './plan.ts'
import { type Playbook, STEP_KINDS, type StepKind } from './playbook.ts'

const EXAMPLES = 3

export type TriedPlaybook = {
  readonly playbook: string
  readonly file: string
  alerts: number
  readonly cases: Set<string>
  readonly steps: Record<StepKind, number>
  readonly examples: PlannedStep[]
}

/** What playbooks would have done about past alerts from a time on. Alerts in the order of time; nothing is done. */
export function tryPlaybooks(
  playbooks: readonly Playbook[],
  alerts: Iterable<CaseAlert>,
  since: number,
): TriedPlaybook[] {
  const gather = createGatherCases()
  const planned = new Set<string>()
  const tried = new Map<string, TriedPlaybook>(
    playbooks.map((one) => [
      one.name,
      {
        playbook: one.name,
        file: one.file,
        alerts: 0,
        cases: new Set(),
        steps: Object.fromEntries(STEP_KINDS.map((kind) => [kind, 0])) as Record<StepKind, number>,
        examples: [],
      },
    ]),
  )
  for (const alert of alerts) {
    const of = gather.add(alert)
    if (alert.at < since) continue
    const met = new Set<string>()
    for (const step of planOf(playbooks, of, alert, planned)) {
      planned.add(stepKey(step))
      const one = tried.get(step.playbook)
      if (one === undefined) continue
      met.add(step.playbook)
      one.steps[step.kind]++
      one.cases.add(of.id)
      if (one.examples.length < EXAMPLES && !one.examples.some((other) => other.kind === step.kind))
        one.examples.push(step)
    }
    for (const name of met) (tried.get(name) as TriedPlaybook).alerts++
  }
  return [...tried.values()]
}
