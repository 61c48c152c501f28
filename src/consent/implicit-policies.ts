import type { ConsentQuestion } from './consent-question.ts'
import type { ConsentVerdict } from './evaluate-consents.ts'
import { purposeCovers } from './purposes.ts'

type ImplicitPolicy = {
  readonly uri: string
  /** Who is permitted; nobody, when absent. */
  readonly permits?: { readonly purpose?: string; readonly cliniciansOnly?: true }
}

/** What holds for patients with no consent on file: IHE PCF 53.2.1. One is chosen for the installation. */
export const IMPLICIT_POLICIES = {
  'basic-normal': {
    uri: 'https://profiles.ihe.net/ITI/PCF/Policy-basic-normal',
    permits: { purpose: 'TREAT', cliniciansOnly: true },
  },
  'all-normal': { uri: 'https://profiles.ihe.net/ITI/PCF/Policy-all-normal', permits: {} },
  'break-glass-only': {
    uri: 'https://profiles.ihe.net/ITI/PCF/Policy-break-glass-only',
    permits: { purpose: 'BTG', cliniciansOnly: true },
  },
  deny: { uri: 'https://profiles.ihe.net/ITI/PCF/Policy-deny' },
} as const satisfies Record<string, ImplicitPolicy>

export type ImplicitPolicyName = keyof typeof IMPLICIT_POLICIES

/** For the setting: whether the text names one of them. */
export const isImplicitPolicy = (text: string): text is ImplicitPolicyName => Object.hasOwn(IMPLICIT_POLICIES, text)

/** Whether the policy lets somebody act for this purpose, of a patient who has said nothing. */
export function implicitlyPermits(name: ImplicitPolicyName, purpose: string, clinician: boolean): boolean {
  const { permits }: ImplicitPolicy = IMPLICIT_POLICIES[name]
  return (
    permits !== undefined &&
    (permits.purpose === undefined || purposeCovers(permits.purpose, purpose)) &&
    (permits.cliniciansOnly === undefined || clinician)
  )
}

/**
 * Decides what consents leave silent, by the policy of the installation; other verdicts, and those about a patient's
 * own request, come back as they are. PCF takes for granted that the actor is authorised apart from consent.
 */
export function applyImplicitPolicy(
  name: ImplicitPolicyName,
  verdict: ConsentVerdict,
  { actor, purpose }: ConsentQuestion,
): ConsentVerdict {
  if (verdict.outcome !== 'silent' || verdict.because.some(({ ground }) => ground === 'own')) return verdict
  const { uri } = IMPLICIT_POLICIES[name]
  const permitted = implicitlyPermits(name, purpose, actor.clinician === true)
  return {
    outcome: permitted ? 'permit' : 'deny',
    because: [{ consent: uri, path: '', ground: permitted ? 'implicit-permit' : 'implicit-deny' }],
    depends: [],
  }
}
