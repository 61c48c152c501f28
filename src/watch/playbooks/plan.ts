import type { Case, CaseAlert } from '../cases/case.ts'
import { isMet } from './condition.ts'
import { type Facts, factsOf } from './facts.ts'
import type { Playbook, StepKind, WorkflowStep } from './playbook.ts'

export type PlannedStep = {
  readonly playbook: string
  readonly step: string
  readonly kind: StepKind
  readonly case: string
  /** The person it is about, where there is one. */
  readonly actor?: string
  /** Milliseconds since 1970. */
  readonly dueAt: number
  readonly expiresAt?: number
  readonly text: string
}

const ONCE_A_CASE: ReadonlySet<StepKind> = new Set(['open-case', 'start-breach-clock'])

/** What was planned once is not planned again: for a case, for a person in it, or, of what the officer is told, by a playbook. */
export function stepKey({ case: id, kind, actor = '', playbook }: PlannedStep): string {
  if (ONCE_A_CASE.has(kind)) return `${id} ${kind}`
  return kind === 'tell-officer' ? `${id} ${kind} ${playbook}` : `${id} ${kind} ${actor}`
}

/**
 * What the playbooks have done about an alert in its case, the first due first. Pure: it does nothing. `planned` are the
 * keys of what was planned before; of two playbooks that want the same, the one of higher priority (the lower number) has it.
 */
export function planOf(
  playbooks: readonly Playbook[],
  of: Case,
  alert: CaseAlert,
  planned: ReadonlySet<string> = new Set(),
): PlannedStep[] {
  const facts = factsOf(of, alert)
  const keys = new Set(planned)
  const found: PlannedStep[] = []
  let told = false
  for (const playbook of playbooks.toSorted((one, other) => one.priority - other.priority)) {
    if (playbook.on === 'case' && of.alerts[0] !== alert) continue
    if (!isMet(playbook.trigger, facts)) continue
    for (const step of stepsOf(playbook, facts, of, alert)) {
      const key = stepKey(step)
      if (keys.has(key) || (step.kind === 'tell-officer' && told)) continue
      if (step.kind === 'tell-officer') told = true
      keys.add(key)
      found.push(step)
    }
  }
  return found.toSorted((one, other) => one.dueAt - other.dueAt)
}

function stepsOf(playbook: Playbook, facts: Facts, of: Case, alert: CaseAlert): PlannedStep[] {
  const found: PlannedStep[] = []
  let now = alert.at
  let id: string | undefined = playbook.start
  while (id !== undefined) {
    const step: WorkflowStep | undefined = playbook.steps.get(id)
    if (step === undefined || step.type === 'end') break
    if (step.type === 'action') {
      now += step.delay
      const expiresAt = step.timeout === undefined ? undefined : now + step.timeout
      found.push({
        playbook: playbook.name,
        step: id,
        kind: step.kind,
        case: of.id,
        ...(alert.entities.actor !== undefined && { actor: alert.entities.actor }),
        dueAt: now,
        ...(expiresAt !== undefined && { expiresAt }),
        text: textOf(step.text, of, alert, expiresAt),
      })
    }
    id = step.type === 'if-condition' ? (isMet(step.condition, facts) ? step.onTrue : step.onFalse) : step.next
  }
  return found
}

const DID: Readonly<Record<string, string>> = { allow: 'noticed', ask: 'asked about', slow: 'slowed' }
const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** A text with names and times in it. Of a patient nothing is named but the id. */
function textOf(text: string, of: Case, alert: CaseAlert, expiresAt: number | undefined): string {
  const { entities, because, action, at, contributions } = alert
  const words: Readonly<Record<string, string>> = {
    actor: entities.actor ?? 'somebody',
    patient: entities.patient === undefined ? 'several patients' : entities.patient,
    when: minute(at),
    case: of.id,
    count: String(of.alerts.length),
    action: DID[action] ?? 'stopped',
    why: because?.why || contributions[0]?.says || 'a bound was reached',
    deadline: expiresAt === undefined ? 'no fixed time' : minute(expiresAt),
  }
  return text.replaceAll(/\{([a-z]+)\}/g, (whole, word: string) => words[word] ?? whole)
}
