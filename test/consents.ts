/** For tests only: what patients put their name to. */
import type { Json } from './asking.ts'

const SCOPES = 'http://terminology.hl7.org/CodeSystem/consentscope'
const RESEARCH = { coding: [{ system: SCOPES, code: 'research' }] }

/** A Consent of a patient (by FHIR id) in force since 2026; `more` takes the place of what it names. */
export const consentOf = (id: string, patient: string, provision: Json, more: object = {}): Json => ({
  resourceType: 'Consent',
  id,
  status: 'active',
  scope: { coding: [{ system: SCOPES, code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  patient: { reference: `Patient/${patient}` },
  dateTime: '2026-01-01',
  policy: [{ uri: 'urn:policy:sharing' }],
  provision,
  ...more,
})

/** The patient takes part in research. */
export const researchConsentOf = (id: string, patient: string, provision: object = {}, more: object = {}): Json =>
  consentOf(
    id,
    patient,
    {
      type: 'permit',
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HRESCH' }],
      ...provision,
    },
    { scope: RESEARCH, ...more },
  )
