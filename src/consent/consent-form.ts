import { ACT_REASON, isPurposeOfUse } from './purposes.ts'
import { ACT_CODE, CONFIDENTIALITY, levelOf } from './security-labels.ts'

/** What every consent has that this program writes; references as `Type/id`. PCF 3:5.8.1. */
export type ConsentForm = {
  readonly id?: string
  readonly patient: string
  /** Who agreed, when it was not the patient. */
  readonly performer?: string
  /** Who presented the policy and enforces it. */
  readonly organization: string
  /** FHIR dateTime. */
  readonly signedAt: string
  /** The signed paper: `DocumentReference/x`. */
  readonly source?: string
}

type ProvisionForm = {
  readonly type: 'permit' | 'deny'
  /** Those who receive, or do not. */
  readonly actors: readonly string[]
  /** v3-PurposeOfUse, or `system|code`. */
  readonly purposes?: readonly string[]
  /** Levels of confidentiality and sensitivities. */
  readonly labels?: readonly string[] | undefined
  readonly records?: readonly string[]
  /** FHIR dates, both included. */
  readonly period?: { readonly start?: string; readonly end?: string } | undefined
}

type Coding = { readonly system: string; readonly code: string }

/** A Consent as a FHIR R4 resource, ready to be stored. */
export type ConsentResource = Readonly<Record<string, unknown>> & { readonly resourceType: 'Consent' }

const coding = (text: string, system: string): Coding => {
  const bar = text.lastIndexOf('|')
  return bar < 0 ? { system, code: text } : { system: text.slice(0, bar), code: text.slice(bar + 1) }
}

/** A purpose of use as a Coding. Throws RangeError for a bare code that v3-PurposeOfUse does not have. */
function purposeCoding(text: string): Coding {
  if (!text.includes('|') && !isPurposeOfUse(text)) throw new RangeError('not a purpose of use')
  return coding(text, ACT_REASON)
}

const reference = (text: string) => ({ reference: text })
const recipient = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }

/** Fills in a Consent that keeps to IHE PCF. `policy` is its policy.uri: a later consent of the same replaces it. */
export function consentOf(
  form: ConsentForm,
  scope: 'patient-privacy' | 'research',
  policy: string,
  { type, actors, purposes, labels, records, period }: ProvisionForm,
): ConsentResource {
  return {
    resourceType: 'Consent',
    ...(form.id === undefined ? {} : { id: form.id }),
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: scope }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: reference(form.patient),
    dateTime: form.signedAt,
    performer: [reference(form.performer ?? form.patient)],
    organization: [reference(form.organization)],
    ...(form.source === undefined ? {} : { sourceReference: reference(form.source) }),
    policy: [{ uri: policy }],
    provision: {
      type,
      ...(period && { period }),
      actor: actors.map((one) => ({ role: recipient, reference: reference(one) })),
      ...(labels && {
        securityLabel: labels.map((one) => coding(one, levelOf(one) === undefined ? ACT_CODE : CONFIDENTIALITY)),
      }),
      ...(purposes && { purpose: purposes.map(purposeCoding) }),
      ...(records && { data: records.map((one) => ({ meaning: 'instance', reference: reference(one) })) }),
    },
  }
}

/** A policy.uri of its own for each thing agreed, so that agreeing to one does not undo another. */
export const policyUri = (kind: string, names: readonly string[]): string =>
  `urn:chartwarden:consent:${kind}:${names.map((one) => encodeURIComponent(one.replaceAll('/', ':'))).join('+')}`
