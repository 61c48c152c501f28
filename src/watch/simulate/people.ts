import { DAY_MS } from './calendar.ts'
import type { Actor, Patient, Unit, UnitKind } from './hospital.ts'
import type { SimulationParameters } from './parameters.ts'
import type { Random } from './random.ts'
import type { Job, Vocabulary } from './vocabulary.ts'

/** The shares of a general hospital's staff, and where each job works. */
const JOBS: readonly (readonly [Job, number, readonly UnitKind[]])[] = [
  ['attending', 0.13, ['clinic', 'clinic', 'clinic', 'emergency', 'icu']],
  ['resident', 0.07, ['ward', 'ward', 'ward', 'emergency', 'icu']],
  ['student', 0.03, ['ward', 'ward', 'clinic']],
  ['clerk', 0.09, ['registration']],
  ['coder', 0.02, ['coding']],
  ['biller', 0.03, ['billing']],
  ['pharmacist', 0.03, ['pharmacy']],
  ['lab', 0.04, ['laboratory']],
  ['imaging', 0.04, ['imaging']],
  ['therapist', 0.04, ['therapy']],
  ['social', 0.02, ['social']],
  ['quality', 0.012, ['quality']],
  ['researcher', 0.015, ['research']],
  ['it', 0.018, ['it']],
  ['aide', 0.06, ['ward', 'ward', 'ward', 'icu']],
]
const NURSING: readonly UnitKind[] = [
  'ward',
  'ward',
  'ward',
  'ward',
  'ward',
  'icu',
  'icu',
  'emergency',
  'emergency',
  'clinic',
  'clinic',
]
const OFFICE: ReadonlySet<Job> = new Set([
  'coder',
  'biller',
  'quality',
  'researcher',
  'it',
  'social',
  'therapist',
  'student',
])
const REMOTE: Readonly<Partial<Record<Job, number>>> = {
  coder: 0.5,
  biller: 0.35,
  it: 0.3,
  researcher: 0.3,
  quality: 0.15,
}
export const MACHINES = [
  'interface-engine',
  'monitor-gateway',
  'portal-app',
  'billing-feed',
  'data-mart',
  'mobile-api',
] as const
export type MachineName = (typeof MACHINES)[number]

/** Staff first, then the machines in the order of `MACHINES`. */
export function hireStaff(
  random: Random,
  words: Vocabulary,
  units: readonly Unit[],
  given: SimulationParameters,
): Actor[] {
  const open = units.slice(0, -1)
  const jobs: [Job, readonly UnitKind[]][] = JOBS.flatMap(([job, share, kinds]) =>
    Array.from({ length: Math.max(1, Math.round(given.staff * share)) }, (): [Job, readonly UnitKind[]] => [
      job,
      kinds,
    ]),
  )
  while (jobs.length < given.staff) jobs.push(['nurse', NURSING])
  const mixed = random.sample(jobs, given.staff)
  const turns = new Map<string, number>()
  // Nobody leaves, or has yet to come, where only one or two do the work.
  const few = new Set(mixed.map(([job]) => job).filter((job, _, all) => all.filter((one) => one === job).length < 3))
  const spare = [...mixed.keys()].filter((n) => !few.has(mixed[n]![0]))
  const leavers = new Set(random.sample(spare, Math.max(4, Math.round(given.staff * 0.02))))
  return mixed.map(([job, kinds], index) => {
    const turn = turns.get(job) ?? 0
    turns.set(job, turn + 1)
    const places = open.filter((one) => one.kind === kinds[turn % kinds.length])
    const unit = places[Math.floor(turn / kinds.length) % places.length] ?? open[0]!
    const earliest = index % 2 === 0 ? 0.45 : given.learnDays / given.days + 0.05
    const day = Math.round(random.between(Math.min(0.85, earliest), 0.92) * given.days)
    const left = leavers.has(index) ? given.start + day * DAY_MS : undefined
    return person(random, words, { index, job, unit: unit.index, to: left, given, spare: !few.has(job) })
  })
}

type Hire = {
  index: number
  job: Job
  unit: number
  to: number | undefined
  given: SimulationParameters
  spare: boolean
}

function person(random: Random, words: Vocabulary, { index, job, unit, to, given, spare }: Hire): Actor {
  const office = OFFICE.has(job)
  const shiftsIn14 = job === 'nurse' || job === 'aide' ? 6 : 10
  const worked = new Set(random.sample([...Array(14).keys()], shiftsIn14))
  const joins = to === undefined && spare && random.chance(0.03)
  return {
    index,
    id: words.actorId(index),
    job,
    role: words.role(job),
    unit,
    address: words.address(),
    family: words.familyName(),
    from: joins
      ? given.start + random.int(given.days) * DAY_MS
      : given.start - Math.round(random.between(60, 4000)) * DAY_MS,
    to,
    pace: Math.min(8, random.logNormal(0.95, 0.55)),
    nights: office ? 0 : random.chance(0.25) ? 1 : random.chance(0.5) ? 0.35 : 0,
    remote: (REMOTE[job] ?? 0) * random.between(0.2, 1.8) + (job === 'attending' ? 0.05 : 0),
    ownDevice: `${random.pick(['lt', 'nb', 'pc'])}-${1000 + index}`,
    homeNetwork: homeNetwork(random),
    pattern: Array.from({ length: 14 }, (_, n) => worked.has(n)),
    relatives: [],
    chart: -1,
    recent: [],
  }
}

/** An address range of somebody's provider, from the ranges kept for documentation and shared use. */
export const homeNetwork = (random: Random): string =>
  random.chance(0.5) ? `100.${64 + random.int(60)}.${random.int(250)}.0/24` : `198.18.${random.int(250)}.0/24`

export function installMachines(words: Vocabulary, units: readonly Unit[], staff: number, start: number): Actor[] {
  const unit = units.find((one) => one.kind === 'it')!
  const icu = units.find((one) => one.kind === 'icu')!
  return MACHINES.map((name, n) => ({
    index: staff + n,
    id: `svc-${name}`,
    job: 'machine',
    role: words.role('machine'),
    unit: name === 'monitor-gateway' ? icu.index : unit.index,
    address: '',
    family: '',
    from: start - 900 * DAY_MS,
    to: undefined,
    pace: 1,
    nights: 0,
    remote: 0,
    ownDevice: `srv-${name}`,
    homeNetwork: '10.9.1.0/24',
    pattern: [],
    relatives: [],
    chart: -1,
    recent: [],
  }))
}

/** Households: those of the staff first, then of everybody else, in a mixed order. Fills `chart` and `relatives`. */
export function registerPatients(
  random: Random,
  words: Vocabulary,
  actors: readonly Actor[],
  given: SimulationParameters,
): Patient[] {
  type Draft = { family: string; address: string; employee: number; relativeOf: number }
  const drafts: Draft[] = []
  for (const { index, family, address } of random.sample(actors, actors.length)) {
    if (drafts.length > given.patients * 0.3) break
    if (random.chance(0.6)) drafts.push({ family, address, employee: index, relativeOf: -1 })
    const size = random.chance(0.25) ? 0 : 1 + random.int(3)
    for (let n = 0; n < size; n++) {
      const kind = random.next()
      drafts.push({
        family: kind < 0.7 ? family : words.familyName(),
        address: kind < 0.55 || (kind > 0.7 && kind < 0.85) ? address : words.address(),
        employee: -1,
        relativeOf: index,
      })
    }
  }
  while (drafts.length < given.patients) {
    const family = words.familyName()
    const address = words.address()
    for (let n = 1 + random.int(4); n > 0; n--)
      drafts.push({ family: random.chance(0.85) ? family : words.familyName(), address, employee: -1, relativeOf: -1 })
  }
  const everybody = [...Array(given.patients).keys()]
  const vips = new Set(random.sample(everybody, Math.max(3, Math.round(given.patients * 0.0015))))
  return random.sample(drafts.slice(0, given.patients), given.patients).map((draft, index) => {
    if (draft.employee >= 0) actors[draft.employee]!.chart = index
    if (draft.relativeOf >= 0) actors[draft.relativeOf]!.relatives.push(index)
    return {
      index,
      id: words.patientId(index),
      family: draft.family,
      address: draft.address,
      employee: draft.employee,
      vip: vips.has(index),
      deceasedAt: random.chance(0.012)
        ? given.start + Math.round(random.between(-300, given.days)) * DAY_MS
        : undefined,
    }
  })
}
