import { concept, type Maker, ref } from './resources.ts'
import type { Json } from './speak.ts'
import type { Cast } from './world.ts'

const V3 = 'http://terminology.hl7.org/CodeSystem'
const IRCP = concept(`${V3}/v3-ParticipationType`, 'IRCP')

const consent = (maker: Maker, what: string, provision: Json, scope = 'patient-privacy'): Json => ({
  resourceType: 'Consent',
  id: maker.id(what),
  status: 'active',
  scope: concept(`${V3}/consentscope`, scope),
  category: [concept('http://loinc.org', '59284-0')],
  patient: ref(maker.patient),
  dateTime: '2026-01-01',
  policy: [{ uri: `urn:leak:policy:${what}` }],
  provision,
})

const to = (...actors: readonly string[]) => ({ actor: actors.map((one) => ({ role: IRCP, reference: ref(one) })) })

export type Refused = { readonly to: keyof Cast; readonly ref: string }

/** What patients said, and who by it may not read what. */
export function consentsOf(
  cast: Cast,
  { denies, parts, over }: Readonly<Record<'denies' | 'parts' | 'over', Maker>>,
): { readonly consents: readonly Json[]; readonly shut: readonly Refused[] } {
  const nurse = to(cast.nurse)
  const shutTo = (actor: keyof Cast, ...refs: readonly string[]) => refs.map((one) => ({ to: actor, ref: one }))
  return {
    consents: [
      consent(denies, 'no', { type: 'permit', provision: [{ type: 'deny', ...nurse }] }),
      consent(parts, 'some', {
        type: 'permit',
        provision: [
          { type: 'deny', ...nurse, class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Condition' }] },
          { type: 'deny', ...nurse, securityLabel: [{ system: `${V3}/v3-ActCode`, code: 'PSY' }] },
          { type: 'deny', ...nurse, dataPeriod: { start: '2027-01-01', end: '2027-01-31' } },
        ],
      }),
      consent(
        over,
        'study',
        {
          type: 'permit',
          period: { start: '2026-02-01', end: '2026-03-01' },
          purpose: [{ system: `${V3}/v3-ActReason`, code: 'HRESCH' }],
          ...to(cast.researcher),
        },
        'research',
      ),
      consent(over, 'was-no', { type: 'deny', period: { start: '2026-02-01', end: '2026-03-01' }, ...nurse }),
    ],
    shut: [
      ...shutTo('nurse', denies.patient, `Observation/${denies.id('lab')}`, `Encounter/${denies.id('stay')}`),
      ...shutTo('nurse', `Condition/${parts.id('plain')}`, `Observation/${parts.id('january')}`),
      ...shutTo('researcher', `Observation/${over.id('lab')}`, `Condition/${over.id('plain')}`),
    ],
  }
}
