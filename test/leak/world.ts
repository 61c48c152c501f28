import { chanceOf } from './chance.ts'
import { consentsOf } from './consents.ts'
import { FAMILIES, MRN, makerOf, ref } from './resources.ts'
import type { Json } from './speak.ts'

/** Whose relations the records speak of: references to the actors' own records, by what they are to the patients. */
export type Cast = Readonly<
  Record<'physician' | 'nurse' | 'resident' | 'billing' | 'formerly' | 'proxy' | 'researcher' | 'ward', string>
>

/**
 * What is added, changed or deleted at once. Who could read none of it, before and after, must not notice: the world
 * with it and the world without it are twins.
 */
export type Step = { readonly name: string; readonly puts: readonly Json[]; readonly deletes?: readonly string[] }

export type World = {
  readonly prefix: string
  readonly base: readonly Json[]
  readonly steps: readonly Step[]
  /** Written by the plan's recorder, and none of it without one. */
  readonly consents: readonly Json[]
  /** Who may not read what, whatever the server itself says one by one: relations that are over, or never were. */
  readonly shut: readonly { readonly to: keyof Cast; readonly ref: string }[]
  /** Ends the relation by which `of` reads a patient, and what it was before. */
  readonly withdrawal: { readonly of: keyof Cast; readonly after: Json; readonly before: Json }
  readonly words: Words
}

/** What query shapes ask for. */
export type Words = {
  readonly patients: readonly string[]
  readonly shared: string
  readonly hiddenIdentifier: string
  readonly families: readonly string[]
  readonly ids: Readonly<Record<string, readonly string[]>>
}

const HOUR = 3_600_000
const instant = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString()

/** A world of one seed. `prefix` is unlike any other, so that many worlds live on one server. */
export function worldOf(seed: number, prefix: string, cast: Cast, consenting = false): World {
  const chance = chanceOf(seed)
  const [ada, bea, cyd, dov, eli, fay, gil, hal, ivy] = [
    ...['ada', 'bea', 'cyd', 'dov', 'eli', 'fay', 'gil', 'hal', 'ivy'].map((who) => makerOf(prefix, who, chance)),
  ] as [Maker, Maker, Maker, Maker, Maker, Maker, Maker, Maker, Maker]
  const family = chance.pick(FAMILIES)
  const other = chance.pick(FAMILIES.filter((one) => one !== family))
  /** Everything of a kind that a chart has. `more` are records of the same types beyond that. */
  const chart = (maker: Maker, name: string, more = 0): Json[] => [
    maker.person(name),
    maker.observation('lab', 'laboratory', { hasMember: [ref(`Observation/${dov.id('lab')}`)] }),
    maker.observation('vital', 'vital-signs', { derivedFrom: [ref(`Observation/${eli.id('lab')}`)] }),
    maker.condition('plain'),
    maker.encounter('visit'),
    maker.medication('drug', { encounter: ref(`Encounter/${dov.id('visit')}`) }),
    maker.document('doc', 'bin'),
    maker.binary('bin'),
    maker.composition('sum', [`Condition/${dov.id('plain')}`, `Observation/${maker.id('lab')}`]),
    maker.list('list', [`Observation/${dov.id('lab')}`, `Observation/${maker.id('lab')}`]),
    maker.claim('claim'),
    ...Array.from({ length: more }, (_, n) =>
      maker.observation(`more-${n}`, chance.pick(['laboratory', 'vital-signs'])),
    ),
  ]
  const drifts = (version: number) =>
    dov.observation('drifts', 'laboratory', { subject: ref(version % 2 === 0 ? eli.patient : dov.patient) })
  const over = { start: instant(-2 * HOUR), end: instant(-HOUR) }
  const careTeam = ada.team('team', cast.resident)
  const onWard = (maker: Maker) => maker.encounter('stay', { location: [{ location: ref(cast.ward) }] })
  const said = consentsOf(cast, { denies: gil, parts: hal, over: ivy })
  const consenters = [
    ...chart(gil, family),
    onWard(gil),
    ...chart(hal, other),
    onWard(hal),
    hal.observation('january', 'laboratory', { effectiveDateTime: '2027-01-15' }),
    hal.observation('february', 'laboratory', { effectiveDateTime: '2027-02-15' }),
    ivy.person(other),
    onWard(ivy),
    ivy.observation('lab', 'laboratory'),
    ivy.condition('plain'),
  ]
  const base = [
    ...chart(ada, family, 2 + chance.below(3)),
    ada.condition('psychiatric', 'psychiatric'),
    ada.provenance('about', [`Observation/${ada.id('lab')}`, `Observation/${dov.id('lab')}`]),
    ada.encounter('stay', {
      location: [{ location: ref(cast.ward) }],
      participant: [{ individual: ref(cast.physician) }],
    }),
    careTeam,
    { resourceType: 'RelatedPerson', id: cast.proxy.split('/')[1], patient: ref(ada.patient), active: true },
    ...chart(bea, family, 1),
    onWard(bea),
    ...chart(cyd, other),
    cyd.task('bill', cast.billing),
    // First about a patient nobody has to do with, then about one they have: each version is decided by itself.
    dov.observation('came', 'laboratory'),
    { ...dov.observation('came', 'laboratory'), subject: ref(ada.patient) },
    // Once like any other, and then not: it is the newest version that a search decides on.
    ada.observation('turned', 'laboratory'),
    ada.observation('turned', 'vital-signs'),
    ada.condition('turns'),
    ada.condition('turns', 'very-restricted'),
    fay.person(other),
    ...(consenting ? consenters : []),
  ]
  const steps: Step[] = [
    { name: 'a chart of nobody’s', puts: chart(dov, family, chance.below(4)) },
    {
      name: 'a chart that shares name and identifiers',
      puts: [...chart(eli, family), eli.provenance('about', [`Observation/${ada.id('lab')}`])],
    },
    {
      name: 'relations that are over',
      puts: [
        ...chart(fay, other).slice(1),
        fay.encounter('stay', { participant: [{ individual: ref(cast.formerly), period: over }], period: over }),
        fay.team('team', cast.formerly, { period: over }),
      ],
    },
    { name: 'more of the mind', puts: [ada.condition('mind', 'psychiatric')] },
    { name: 'an addiction', puts: [ada.condition('sud', 'addiction'), ada.condition('sud-2', 'addiction')] },
    { name: 'what is very restricted', puts: [ada.condition('very', 'very-restricted')] },
    { name: 'contraception', puts: [ada.condition('pill', 'contraception'), ada.condition('hiv', 'hiv')] },
    ...(consenting
      ? [
          {
            name: 'more of who said no',
            puts: [gil.observation('later', 'laboratory'), gil.condition('later', 'psychiatric')],
          },
          { name: 'what was not shared', puts: [hal.condition('mind', 'psychiatric')] },
        ]
      : []),
    { name: 'a measure', puts: [ada.observation('pulse', 'vital-signs')] },
    {
      name: 'records of several patients',
      puts: [
        dov.group('group', [ada.patient, dov.patient]),
        ada.observation('both', 'laboratory', { performer: [ref(dov.patient)] }),
        ada.group('ours', [ada.patient, bea.patient]),
      ],
    },
    {
      name: 'changes to it',
      puts: [
        dov.observation('lab', 'laboratory'),
        dov.observation('lab', 'vital-signs'),
        dov.condition('plain', 'hiv'),
      ],
    },
    { name: 'a subject that changes', puts: [drifts(1), drifts(2), drifts(3)] },
    {
      name: 'deletions',
      puts: [],
      deletes: [`Condition/${eli.id('plain')}`, `List/${eli.id('list')}`, `Claim/${dov.id('claim')}`],
    },
  ]
  const ids: Record<string, string[]> = {}
  for (const { resourceType, id } of [...base, ...steps.flatMap((step) => step.puts)])
    ids[resourceType] = [...new Set([...(ids[resourceType] ?? []), id as string])]
  return {
    prefix,
    base,
    steps,
    consents: consenting ? said.consents : [],
    shut: [
      ...(consenting ? said.shut : []),
      ...['Observation/lab', 'Condition/plain', 'DocumentReference/doc'].map((what) => ({
        to: 'formerly' as const,
        ref: what.replace('/', `/${prefix}-fay-`),
      })),
      ...(['physician', 'nurse', 'resident', 'billing', 'formerly', 'proxy'] as const).flatMap((to) =>
        [dov.patient, `Observation/${dov.id('lab')}`, `Observation/${ada.id('both')}`, `Group/${dov.id('group')}`].map(
          (shutTo) => ({ to, ref: shutTo }),
        ),
      ),
    ],
    withdrawal: { of: 'resident', after: { ...careTeam, status: 'inactive' }, before: careTeam },
    words: {
      patients: [ada, bea, cyd, dov, eli].map((one) => one.patient.slice(8)),
      shared: `${MRN}|${prefix}-shared`,
      hiddenIdentifier: `${MRN}|${dov.id('lab')}`,
      families: [family, other],
      ids,
    },
  }
}

type Maker = ReturnType<typeof makerOf>
