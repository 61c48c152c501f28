import { type ConsentForm, type ConsentResource, consentOf, policyUri } from './consent-form.ts'

/**
 * The patient shares with somebody outside: a clinic, an insurer, a lawyer's office. One party has one such consent;
 * a later one replaces it. `until` is the last day.
 */
export const outsidePartyConsent = (
  form: ConsentForm,
  { party, purposes, labels, until }: SharedWith,
): ConsentResource =>
  consentOf(form, 'patient-privacy', policyUri('share', [party]), {
    type: 'permit',
    actors: [party],
    purposes,
    labels,
    period: until === undefined ? undefined : { end: until },
  })

type SharedWith = {
  readonly party: string
  readonly purposes: readonly [string, ...string[]]
  /** Only data of these levels and sensitivities. */
  readonly labels?: readonly string[]
  readonly until?: string
}
