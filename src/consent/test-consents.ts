/** Inputs of the tests beside this file: a small consent and a small question, to be changed in one place. */
import { compileConsent } from './compile-consent.ts'
import type { ConsentQuestion } from './consent-question.ts'
import type { ConsentRules } from './consent-rules.ts'

export const REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'

export const consent = (provision: unknown, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  resourceType: 'Consent',
  id: 'c',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  patient: { reference: 'Patient/p' },
  dateTime: '2024-01-01',
  policy: [{ uri: 'urn:policy' }],
  provision,
  ...changes,
})

export const permit = (...purposes: string[]): Record<string, unknown> => ({
  type: 'permit',
  ...(purposes.length === 0 ? {} : { purpose: purposes.map((code) => ({ system: REASON, code })) }),
})

export const deny = (...purposes: string[]): Record<string, unknown> => ({ ...permit(...purposes), type: 'deny' })

export const rulesOf = (...resources: unknown[]): ConsentRules[] =>
  resources.flatMap((one) => {
    const compiled = compileConsent(one)
    return compiled.outcome === 'none' ? [] : [compiled.rules]
  })

export const ask = (changes: Partial<ConsentQuestion> = {}): ConsentQuestion => ({
  patient: 'Patient/p',
  actor: { references: ['Practitioner/1', 'Organization/1'], identifiers: [], clinician: true },
  purpose: 'TREAT',
  act: 'read',
  record: {
    type: 'Observation',
    reference: 'Observation/o',
    labels: ['N'],
    codes: [],
    documentClasses: [],
    related: [],
    authors: [],
    clinicalDate: null,
  },
  now: Date.UTC(2025, 0, 1),
  ...changes,
})
