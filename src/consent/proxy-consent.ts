import { Refusal } from '../kernel/refusal.ts'
import { type ConsentForm, type ConsentResource, consentOf, policyUri } from './consent-form.ts'
import { dateSpan } from './date-span.ts'

const DAY = 86_400_000

/**
 * A parent or carer sees the chart in the patient's place. For a child it ends at the birthday at which the child
 * decides alone, which policy says; without `child` it has no end. Throws `request.invalid` when that day is past.
 */
export function proxyConsent(form: ConsentForm, { proxy, child, labels }: ActsFor): ConsentResource {
  const end = child && lastDayBefore(child.born, child.decidesAloneAt)
  if (end !== undefined && end < form.signedAt.slice(0, 10))
    throw new Refusal('request.invalid', 'The child is already of the age at which a proxy ends.')
  return consentOf(form, 'patient-privacy', policyUri('proxy', [proxy]), {
    type: 'permit',
    actors: [proxy],
    purposes: ['PATRQT'],
    labels,
    period: end === undefined ? undefined : { end },
  })
}

type ActsFor = {
  /** `RelatedPerson/x`. */
  readonly proxy: string
  readonly child?: { readonly born: string; readonly decidesAloneAt: number }
  readonly labels?: readonly string[]
}

/**
 * The last day before a birthday, `YYYY-MM-DD`. Of a birth date that is known in part, the earliest birthday counts;
 * who was born on 29 February has it on the 28th in other years: the end comes too early rather than too late.
 * Throws `request.invalid` when `born` is no FHIR date or `years` is no age.
 */
export function lastDayBefore(born: string, years: number): string {
  const from = /^\d{4}(-\d\d(-\d\d)?)?$/.test(born) ? dateSpan(born)?.[0] : undefined
  if (from === undefined || !Number.isInteger(years) || years < 0 || years > 150)
    throw new Refusal('request.invalid', 'A proxy for a child needs the date of birth and the age at which it ends.')
  const birth = new Date(from)
  const birthday = new Date(from)
  birthday.setUTCFullYear(birth.getUTCFullYear() + years)
  if (birthday.getUTCDate() !== birth.getUTCDate()) birthday.setUTCDate(0)
  return new Date(birthday.getTime() - DAY).toISOString().slice(0, 10)
}
