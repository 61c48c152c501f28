import type { Chance } from './chance.ts'
import type { Json } from './speak.ts'

const SNOMED = 'http://snomed.info/sct'
const LOINC = 'http://loinc.org'
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const V3 = 'http://terminology.hl7.org/CodeSystem'
export const MRN = 'urn:leak:mrn'

const PLAIN = ['38341003', '44054006', '195967001', '73211009', '233604007']
const LABS = ['718-7', '2345-7', '6690-2']
const VITALS = ['8867-4', '8480-6', '8310-5']
export const FAMILIES = ['Lindqvist', 'Moreau', 'Okafor', 'Tanaka']
const DAYS = ['2027-01-03', '2027-01-17', '2027-02-05']

export const ref = (reference: string) => ({ reference })
export const concept = (system: string, code: string) => ({ coding: [{ system, code }] })

/** What the labels of a record are to say, by the codes in it (policies/labels) or by its own `meta.security`. */
export type Sensitivity = 'psychiatric' | 'addiction' | 'hiv' | 'contraception' | 'very-restricted'
const CODES: Readonly<Record<Exclude<Sensitivity, 'very-restricted'>, string>> = {
  psychiatric: '370143000',
  addiction: '75544000',
  hiv: '86406008',
  contraception: '169553002',
}

export type Maker = ReturnType<typeof makerOf>

/** Makes resources of one patient. Ids are `<prefix>-<patient>-<what>`, identifiers are shared where `shared` says. */
export function makerOf(prefix: string, who: string, chance: Chance) {
  const patient = `Patient/${prefix}-${who}`
  const id = (what: string) => `${prefix}-${who}-${what}`
  const identifier = (what: string, shared?: string) => [
    { system: MRN, value: id(what) },
    ...(shared === undefined ? [] : [{ system: MRN, value: `${prefix}-${shared}` }]),
  ]
  const day = () => chance.pick(DAYS)
  const made = (resourceType: string, what: string, more: Json): Json => ({
    resourceType,
    id: id(what),
    identifier: identifier(what, 'shared'),
    ...more,
  })
  return {
    patient,
    id,
    person: (family: string, more: Json = {}): Json =>
      made('Patient', '', {
        id: `${prefix}-${who}`,
        name: [{ family, given: ['Robin'] }],
        birthDate: '1980-04-05',
        gender: chance.pick(['female', 'male']),
        ...more,
      }),
    observation: (what: string, kind: 'laboratory' | 'vital-signs', more: Json = {}): Json =>
      made('Observation', what, {
        status: chance.pick(['final', 'amended']),
        category: [concept(CATEGORY, kind)],
        code: concept(LOINC, chance.pick(kind === 'laboratory' ? LABS : VITALS)),
        subject: ref(patient),
        effectiveDateTime: day(),
        valueQuantity: { value: 50 + chance.below(100), unit: 'u' },
        ...more,
      }),
    condition: (what: string, sensitivity?: Sensitivity, more: Json = {}): Json =>
      made('Condition', what, {
        ...(sensitivity === 'very-restricted' && {
          meta: { security: [{ system: `${V3}/v3-Confidentiality`, code: 'V' }] },
        }),
        code: concept(
          SNOMED,
          sensitivity === undefined || sensitivity === 'very-restricted' ? chance.pick(PLAIN) : CODES[sensitivity],
        ),
        subject: ref(patient),
        recordedDate: day(),
        ...more,
      }),
    encounter: (what: string, more: Json = {}): Json =>
      made('Encounter', what, {
        status: 'in-progress',
        class: { system: `${V3}/v3-ActCode`, code: 'IMP' },
        subject: ref(patient),
        ...more,
      }),
    medication: (what: string, more: Json = {}): Json =>
      made('MedicationRequest', what, {
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: concept('http://www.whocc.no/atc', chance.pick(['C09AA02', 'A10BA02'])),
        subject: ref(patient),
        authoredOn: day(),
        ...more,
      }),
    document: (what: string, binary: string): Json =>
      made('DocumentReference', what, {
        status: 'current',
        subject: ref(patient),
        date: `${day()}T10:00:00Z`,
        content: [{ attachment: { contentType: 'text/plain', url: `Binary/${id(binary)}` } }],
      }),
    binary: (what: string): Json => ({
      resourceType: 'Binary',
      id: id(what),
      contentType: 'text/plain',
      securityContext: ref(patient),
      data: Buffer.from(`note of ${who}`).toString('base64'),
    }),
    composition: (what: string, entries: readonly string[]): Json => ({
      ...made('Composition', what, {
        status: 'final',
        type: { text: 'summary' },
        subject: ref(patient),
        date: day(),
        author: [{ display: 'x' }],
        title: 'Summary',
        section: [{ title: 's', entry: entries.map(ref) }],
      }),
      identifier: identifier(what)[0],
    }),
    list: (what: string, entries: readonly string[]): Json =>
      made('List', what, {
        status: 'current',
        mode: 'working',
        subject: ref(patient),
        date: day(),
        entry: entries.map((one) => ({ item: ref(one) })),
      }),
    provenance: (what: string, targets: readonly string[]): Json => ({
      resourceType: 'Provenance',
      id: id(what),
      target: targets.map(ref),
      recorded: `${day()}T11:00:00Z`,
      agent: [{ who: { display: 'x' } }],
    }),
    claim: (what: string): Json =>
      made('Claim', what, {
        status: 'active',
        type: { text: 'x' },
        use: 'claim',
        patient: ref(patient),
        created: day(),
        provider: { display: 'x' },
        priority: { text: 'x' },
        insurance: [{ sequence: 1, focal: true, coverage: { display: 'x' } }],
      }),
    group: (what: string, members: readonly string[]): Json =>
      made('Group', what, { type: 'person', actual: true, member: members.map((one) => ({ entity: ref(one) })) }),
    team: (what: string, member: string, more: Json = {}): Json =>
      made('CareTeam', what, {
        status: 'active',
        subject: ref(patient),
        participant: [{ member: ref(member) }],
        ...more,
      }),
    task: (what: string, owner: string): Json =>
      made('Task', what, { status: 'accepted', intent: 'order', for: ref(patient), owner: ref(owner) }),
  }
}
