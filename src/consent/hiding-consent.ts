import { type ConsentForm, type ConsentResource, consentOf, policyUri } from './consent-form.ts'

/**
 * The patient hides records from somebody: a prescription from a parent, a note from a colleague. Each stands beside
 * the others; what another consent permits, this overrides.
 */
export const hidingConsent = (form: ConsentForm, { from, records }: Hides): ConsentResource =>
  consentOf(form, 'patient-privacy', policyUri('hide', [...from, ...records]), { type: 'deny', actors: from, records })

type Hides = {
  readonly from: readonly [string, ...string[]]
  readonly records: readonly [string, ...string[]]
}
