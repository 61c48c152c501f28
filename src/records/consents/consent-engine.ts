import type { Act } from '../../policy/facts.ts'

/** Rules of one consent, as its engine made them: JSON, opaque here. */
export type Rules = unknown

/** What is asked of a patient's consents; what is absent is not known. */
export type ConsentQuestion = {
  readonly patient: string
  readonly actor: {
    readonly references: readonly string[]
    readonly unresolved: readonly string[]
    readonly belongs: (reference: string) => boolean | undefined
    readonly client?: string
    readonly clinician: boolean
  }
  readonly purpose: string
  readonly act: Act
  readonly record: {
    readonly type: string
    readonly reference?: string
    readonly labels?: readonly string[]
    readonly codes?: readonly string[]
    readonly related?: readonly string[]
    readonly authors?: readonly string[]
    readonly clinicalDate?: readonly [number | null, number | null] | null
  }
  readonly now: number
}

/** The engine of consents; handed in at composition (`src/consent/`). */
export type ConsentEngine = {
  /** The rules of a Consent, or undefined for one that decides nothing. A broken one gives rules that deny. */
  compile(consent: unknown): Rules | undefined
  /** Whether these are the rules of a broken one. */
  isBroken(rules: Rules | undefined): boolean
  /** `open` when it depends on what the question leaves out. */
  judge(rules: readonly Rules[], question: ConsentQuestion): { outcome: 'permit' | 'deny' | 'silent'; open: boolean }
  /** What holds for somebody of patients who have said nothing about it, by the rule of the house. */
  whenSilent(purpose: string, clinician: boolean): 'silent' | 'withheld'
}
