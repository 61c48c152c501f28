import type { Condition } from './condition.ts'

/** What a playbook can have done. */
export const STEP_KINDS = [
  'notify-person',
  'ask-manager',
  'tell-officer',
  'step-up',
  'freeze',
  'open-case',
  'start-breach-clock',
] as const
export type StepKind = (typeof STEP_KINDS)[number]

/** Measures against somebody end by themselves: these steps MUST say when. */
export const MUST_EXPIRE: ReadonlySet<StepKind> = new Set(['step-up', 'freeze', 'start-breach-clock'])

/** What may stand in a text: names and times, and nothing of what a chart says. */
export const PLACEHOLDERS = ['actor', 'patient', 'when', 'case', 'count', 'action', 'why', 'deadline'] as const

/** Steps of a workflow, after CACAO 2.0. Times in milliseconds. */
export type WorkflowStep =
  | { readonly type: 'start'; readonly next: string }
  | { readonly type: 'end' }
  | { readonly type: 'if-condition'; readonly condition: Condition; readonly onTrue: string; readonly onFalse?: string }
  | {
      readonly type: 'action'
      readonly kind: StepKind
      readonly text: string
      readonly delay: number
      readonly timeout?: number
      readonly next: string
    }

export type Playbook = {
  readonly file: string
  readonly id: string
  readonly name: string
  readonly description: string
  /** 1 goes before 100. */
  readonly priority: number
  /** On every alert that meets it, or once when a case opens. */
  readonly on: 'alert' | 'case'
  readonly trigger: Condition
  readonly start: string
  readonly steps: ReadonlyMap<string, WorkflowStep>
}

/** The extension in which CACAO keeps what it has no word for: what sets a playbook going. */
export const EXTENSION = 'extension-definition--8f0d6c1e-52a7-4c39-9d6f-1b7f4f0c9a21'
