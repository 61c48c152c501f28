import type { Confidentiality } from './security-labels.ts'

/** What a client's `meta.security` says: collected while a resource is walked. */
export type Collected = {
  confidentiality: Confidentiality
  readonly sensitivities: Set<string>
  readonly policies: Set<string>
}

const CONFIDENTIALITY = new Set([
  'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
  'http://hl7.org/fhir/v3/Confidentiality',
  'urn:oid:2.16.840.1.113883.5.25',
])
const ACT_CODE = new Set([
  'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  'http://hl7.org/fhir/v3/ActCode',
  'urn:oid:2.16.840.1.113883.5.4',
])
/** Not above normal: a client cannot lower what the rules say (v3 Confidentiality). */
const NOT_RAISED = new Set(['U', 'L', 'M', 'N'])
/** US privacy laws among the ActCodes (v3 ActUSPrivacyLaw): policies, and not sensitivities. */
const POLICIES = new Set(['42CFRPart2', 'Title38Section7332', 'CommonRule', 'HIPAAPsyNotes', 'HIPAASelfPay'])
/** v3 ActInformationSensitivityPolicy. Whoever gives one of these says that the record is not for everyone. */
const SENSITIVE = new Set(
  'ETH GDIS HIV MST SCA SICKLE SDV SEX SPI BH COGN DVD EMOTDIS MH PSY PSYTHPN SUD ETHUD OPIOIDUD STD TBOO VIO ADOL CEL'.split(
    ' ',
  ),
)

/**
 * Adds a `meta.security` to what was collected: upward only. Codes of the two v3 systems that are not known stay
 * as sensitivities, so that policy can see them; other systems say nothing here.
 */
export function collectManual(security: unknown, into: Collected): void {
  if (!Array.isArray(security)) return
  for (const coding of security as ({ system?: unknown; code?: unknown } | null)[]) {
    const { system, code } = coding ?? {}
    if (typeof system !== 'string' || typeof code !== 'string') continue
    if (CONFIDENTIALITY.has(system)) {
      if (code === 'V' || (code === 'R' && into.confidentiality === 'N')) into.confidentiality = code
      else if (code !== 'R' && !NOT_RAISED.has(code)) into.sensitivities.add(code)
    } else if (ACT_CODE.has(system)) {
      if (POLICIES.has(code)) into.policies.add(code)
      else into.sensitivities.add(code)
      if (SENSITIVE.has(code) && into.confidentiality === 'N') into.confidentiality = 'R'
    }
  }
}
