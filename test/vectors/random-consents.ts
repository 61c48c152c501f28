import fc from 'fast-check'
import type { ConsentQuestion } from '../../src/consent/consent-question.ts'
import type { Raw } from './reference-evaluator.ts'

/** Small worlds of consents and questions, so that rules and requests meet often. */
const REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
const CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const LEVEL = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const OTHER = 'http://example.org/other'
const PURPOSES = 'TREAT ETREAT BTG HPAYMT COVERAGE HOPERAT HRESCH CLINTRCH HMARKT PATRQT FAMRQT'.split(' ')
const STUDY = `${OTHER}|study-1`
const ACTORS = ['Practitioner/1', 'Practitioner/2', 'Organization/1', 'Group/1', 'RelatedPerson/1']
const IDENTIFIER = { system: 'urn:ids', value: '7' }
const SENSITIVITIES = 'ETH ETHUD OPIOIDUD SUD SPI PSY HIV SEX'.split(' ')
const LEVELS = ['L', 'N', 'R', 'V']
const DATES = [
  '2019',
  '2020-01-01',
  '2020-02-29',
  '2020-06',
  '2020-12-31',
  '2021-03-04T05:06:07Z',
  '2021-06-01T00:00:00+02:00',
]

const some = <One>(one: fc.Arbitrary<One>, most = 2) => fc.array(one, { minLength: 1, maxLength: most })
/** Present in `often` of ten cases; a tenth is less than one. */
const maybe = <One>(one: fc.Arbitrary<One>, often = 7) =>
  fc.oneof(
    { weight: Math.round(100 - often * 10), arbitrary: fc.constant(undefined) },
    { weight: Math.round(often * 10), arbitrary: one },
  )
const pick = <One>(...of: One[]) => fc.constantFrom(...of)
const coding = (system: string, codes: string[]) => pick(...codes).map((code) => ({ system, code }))

const present = (value: Record<string, unknown>): Raw =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined))

const role = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }
const actor = fc.oneof(
  { weight: 6, arbitrary: pick(...ACTORS).map((reference) => ({ role, reference: { reference } })) },
  { weight: 1, arbitrary: fc.constant({ role, reference: { identifier: IDENTIFIER } }) },
)
const period = fc
  .tuple(maybe(pick(...DATES), 5), maybe(pick(...DATES), 5))
  .map(([start, end]) => (start === undefined && end === undefined ? { start: '2020' } : present({ start, end })))
const data = fc.oneof(
  pick('Observation/1', 'Observation/2').map((reference) => ({ meaning: 'instance', reference: { reference } })),
  pick('Encounter/1', 'Encounter/2', 'Observation/1').map((reference) => ({
    meaning: 'related',
    reference: { reference },
  })),
  pick('Encounter/1', 'CarePlan/1', 'Observation/2').map((reference) => ({
    meaning: 'dependents',
    reference: { reference },
  })),
  pick('Practitioner/1', 'Organization/1').map((reference) => ({ meaning: 'authoredby', reference: { reference } })),
)
const label = fc.oneof(coding(LEVEL, LEVELS), coding(CODE, SENSITIVITIES), coding(OTHER, ['x']))
const type = pick('permit', 'deny')

const criteria = (often: number) => ({
  actor: maybe(some(actor), often),
  action: maybe(
    some(
      coding('http://terminology.hl7.org/CodeSystem/consentaction', [
        'access',
        'collect',
        'use',
        'disclose',
        'correct',
      ]).map((one) => ({ coding: [one] })),
    ),
    1,
  ),
  purpose: maybe(
    some(
      fc.oneof(
        { weight: 5, arbitrary: coding(REASON, PURPOSES) },
        { weight: 1, arbitrary: coding(OTHER, ['study-1', 'study-2']) },
      ),
      3,
    ),
    often,
  ),
  securityLabel: maybe(some(label, 3), often),
  class: maybe(
    some(
      fc.oneof(
        coding('http://hl7.org/fhir/resource-types', ['Observation', 'Condition']),
        coding('urn:ietf:bcp:13', ['text/plain']),
      ),
    ),
    1,
  ),
  code: maybe(some(some(coding('http://loinc.org', ['1', '2', '3'])).map((codings) => ({ coding: codings }))), 1),
  dataPeriod: maybe(period, 1),
  data: maybe(some(data), 1),
})

const exception = fc.record({ type, period: maybe(period, 1), ...criteria(5) }).map(present)

/** An exception of an exception that lies within it: what is above, one thing more, and the other effect. */
function deeper(above: Raw, more: Raw): Raw {
  const { provision: _, period: __, ...rest } = above
  const added = Object.fromEntries(Object.entries(more).filter(([key]) => rest[key] === undefined && key !== 'period'))
  return { ...added, type: above.type === 'permit' ? 'deny' : 'permit' }
}

/** One exception, one of it, and one of that. */
const chain = fc.tuple(exception, exception, exception).map(([one, two, three]) => {
  const second = deeper(one, two)
  const third = deeper({ ...one, ...second }, three)
  return [{ ...one, provision: [{ ...second, provision: [third] }] }]
})

const exceptions = fc.oneof(
  { weight: 4, arbitrary: fc.array(exception, { maxLength: 3 }) },
  {
    weight: 2,
    arbitrary: chain,
  },
  {
    // A denial, and beside it a permit within it, which lifts it.
    weight: 3,
    arbitrary: fc.tuple(exception, exception).map(([one, two]) => [
      { ...one, type: 'deny' },
      { ...two, ...one, type: 'permit' },
    ]),
  },
)

const provision = fc
  .tuple(fc.record({ type: maybe(type, 9.5), period: maybe(period, 2), ...criteria(3) }), exceptions)
  .map(([own, list]) => present({ ...own, provision: list.length === 0 ? undefined : list }))

const breakage = pick<(consent: Raw) => Raw>(
  (consent) => ({ ...consent, modifierExtension: [{ url: 'urn:x' }] }),
  (consent) => ({ ...consent, dateTime: undefined }),
  (consent) => ({ ...consent, policy: undefined, policyRule: undefined }),
  (consent) => ({ ...consent, provision: { ...consent.provision, unknown: true } }),
  (consent) => ({ ...consent, provision: { ...consent.provision, purpose: [{ system: REASON, code: 'PREGNANT' }] } }),
)

const rule = coding(CODE, ['OPTIN', 'OPTOUT']).map((one) => ({ coding: [one] }))

export const consent: fc.Arbitrary<Raw> = fc
  .tuple(
    fc.record({
      status: fc.oneof(
        { weight: 12, arbitrary: fc.constant('active') },
        { weight: 1, arbitrary: pick('inactive', 'draft') },
      ),
      scope: fc.oneof(
        { weight: 5, arbitrary: fc.constant('patient-privacy') },
        { weight: 1, arbitrary: fc.constant('research') },
      ),
      dateTime: pick('2018', '2018-05', '2018-05-06', '2018-05-06T07:08:09Z', '2019-01-01'),
      policy: maybe(pick('urn:policy:1', 'urn:policy:2', 'urn:policy:3'), 9.5),
      policyRule: maybe(rule, 4),
      provision: maybe(provision, 9.7),
    }),
    maybe(breakage, 0.3),
  )
  .map(([{ scope, policy, ...rest }, broken]) => {
    const made = present({
      resourceType: 'Consent',
      ...rest,
      policy: policy === undefined ? undefined : [{ uri: policy }],
      scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: scope }] },
      patient: { reference: 'Patient/1' },
    })
    return present(broken === undefined ? made : broken(made))
  })

const day = (text: string) => [Date.parse(text), Date.parse(text) + 86_400_000] as const

/** A question of which every part is known. */
export const question: fc.Arbitrary<ConsentQuestion & { record: Required<ConsentQuestion['record']> }> = fc.record({
  patient: fc.constant('Patient/1'),
  actor: fc.record({
    references: fc.oneof(
      { weight: 20, arbitrary: fc.subarray(ACTORS) },
      { weight: 1, arbitrary: fc.constant(['Patient/1']) },
    ),
    identifiers: fc.oneof(fc.constant([]), fc.constant([`identifier:${IDENTIFIER.system}|${IDENTIFIER.value}`])),
  }),
  purpose: fc.oneof({ weight: 8, arbitrary: pick(...PURPOSES) }, { weight: 1, arbitrary: fc.constant(STUDY) }),
  act: fc.oneof(
    { weight: 4, arbitrary: fc.constant('read' as const) },
    { weight: 2, arbitrary: pick('disclose' as const, 'create' as const, 'update' as const, 'delete' as const) },
  ),
  now: pick('2019-07-01', '2020-03-01', '2020-12-31', '2021-05-31T23:00:00Z', '2026-01-01').map((text) =>
    Date.parse(text),
  ),
  record: fc.record({
    type: pick('Observation', 'Condition', 'DocumentReference'),
    reference: pick('Observation/1', 'Observation/2', 'Encounter/1', 'Condition/9'),
    labels: fc
      .tuple(
        fc.subarray(LEVELS, { maxLength: 2 }),
        fc.subarray(SENSITIVITIES, { maxLength: 2 }),
        fc.subarray([`${OTHER}|x`, `${REASON}|HTEST`]),
      )
      .map((all) => all.flat()),
    codes: fc.subarray(['http://loinc.org|1', 'http://loinc.org|2', 'http://loinc.org|4']),
    documentClasses: fc.subarray(['urn:ietf:bcp:13|text/plain']),
    related: fc.subarray(['Encounter/1', 'CarePlan/1', 'Observation/2']),
    authors: fc.subarray(['Practitioner/1', 'Practitioner/2', 'Organization/1']),
    clinicalDate: pick(
      null,
      day('2019-06-01'),
      day('2020-02-29'),
      day('2020-12-31'),
      day('2021-03-04'),
      day('2024-01-01'),
    ),
  }),
})

/** Consents whose exceptions are one chain, below a root without limits. */
export const chained: fc.Arbitrary<Raw> = fc.tuple(consent, chain, type).map(([one, provision, effect]) => ({
  ...one,
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  provision: { type: effect, provision },
}))

export { STUDY }
