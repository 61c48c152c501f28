import { type ConsentForm, type ConsentResource, consentOf, policyUri } from './consent-form.ts'

/**
 * The patient takes part in a study. Its purpose is the study itself (PCF: "specific projects within HRESCH"), so it
 * permits no other research; the question names it in `study`. One study has one such consent.
 */
export const studyConsent = (form: ConsentForm, { study, researchers, labels, until }: TakesPart): ConsentResource =>
  consentOf(form, 'research', policyUri('study', [study]), {
    type: 'permit',
    actors: researchers,
    purposes: [study],
    labels,
    period: until === undefined ? undefined : { end: until },
  })

type TakesPart = {
  /** `system|code` of the study. */
  readonly study: `${string}|${string}`
  /** The research organisation, its people or their Group. */
  readonly researchers: readonly [string, ...string[]]
  readonly labels?: readonly string[]
  readonly until?: string
}
