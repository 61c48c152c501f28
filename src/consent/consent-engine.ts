import { compileConsent } from './compile-consent.ts'
import type { ConsentQuestion } from './consent-question.ts'
import type { ConsentRules } from './consent-rules.ts'
import { evaluateConsents } from './evaluate-consents.ts'
import { type ImplicitPolicyName, implicitlyPermits } from './implicit-policies.ts'

/** Compiling and evaluating, as the records need it: rules are JSON that only this module reads. */
export const createConsentEngine = (implicit: ImplicitPolicyName) => ({
  compile(consent: unknown): ConsentRules | undefined {
    const compiled = compileConsent(consent)
    return compiled.outcome === 'none' ? undefined : compiled.rules
  },
  isBroken: (rules: unknown): boolean => typeof rules === 'object' && rules !== null && 'refused' in rules,
  judge(rules: readonly unknown[], question: ConsentQuestion) {
    const { outcome, depends } = evaluateConsents(rules as readonly ConsentRules[], question)
    return { outcome, open: depends.length > 0 }
  },
  whenSilent: (purpose: string, clinician: boolean): 'silent' | 'withheld' =>
    implicitlyPermits(implicit, purpose, clinician) ? 'silent' : 'withheld',
})
