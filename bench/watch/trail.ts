import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACTIONS, CLASSES, STEPS } from '../../src/watch/access.ts'
import { createNames, type Names } from '../../src/watch/hospital/names.ts'
import { readAccesses } from '../../src/watch/replay/read-accesses.ts'
import { readCsv } from '../../src/watch/replay/read-csv.ts'

/** One attack of a simulation, as the truth tells it. */
export type Campaign = {
  readonly id: string
  readonly scenario: string
  readonly stealth: string
  readonly variant: string
  readonly rows: number[]
  /** For each actor the first and the last time they took part, by number. */
  readonly spans: Map<number, { from: number; to: number }>
}

/** The accesses of a simulated hospital with the truth about each, in columns. */
export type Trail = {
  readonly names: Names
  readonly rows: number
  readonly at: Float64Array
  readonly actor: Int32Array
  readonly patient: Int32Array
  readonly network: Int32Array
  readonly device: Int32Array
  readonly resource: Int32Array
  /** A place in ACTIONS. */
  readonly action: Uint8Array
  readonly count: Int32Array
  readonly failed: Uint8Array
  /** The campaign a row belongs to, by place, or -1: an honest row. */
  readonly campaign: Int32Array
  readonly explainable: Uint8Array
  /** A place in `stressors`; 0 is none. */
  readonly stressor: Uint8Array
  readonly stressors: readonly string[]
  readonly campaigns: readonly Campaign[]
  /** Milliseconds since 1970 at which learning is over, as a replay counts it. */
  readonly learnUntil: number
  readonly learnDays: number
  readonly testDays: number
  /** People who work there, without machines. */
  readonly staff: number
}

const DAY = 86_400_000

type Summary = {
  readonly parameters: { readonly days: number; readonly learnDays: number; readonly staff: number }
  readonly counts: { readonly accesses: number }
  readonly campaigns: readonly { readonly id: string; readonly variant?: string }[]
}

/** Reads what a simulation wrote into a folder. Throws when the truth does not fit the accesses. */
export async function readTrail(folder: string): Promise<Trail> {
  const {
    parameters,
    counts,
    campaigns: told,
  } = JSON.parse(readFileSync(join(folder, 'hospital.json'), 'utf8')) as Summary
  const rows = counts.accesses
  const names = createNames()
  const variants = new Map(told.map(({ id, variant }) => [id, variant ?? '']))
  const campaigns: Campaign[] = []
  const places = new Map<string, number>()
  const stressors = ['']
  const trail = {
    names,
    rows,
    at: new Float64Array(rows),
    actor: new Int32Array(rows),
    patient: new Int32Array(rows),
    network: new Int32Array(rows),
    device: new Int32Array(rows),
    resource: new Int32Array(rows),
    action: new Uint8Array(rows),
    count: new Int32Array(rows),
    failed: new Uint8Array(rows),
    campaign: new Int32Array(rows).fill(-1),
    explainable: new Uint8Array(rows),
    stressor: new Uint8Array(rows),
    stressors,
    campaigns,
    learnUntil: 0,
    learnDays: parameters.learnDays,
    testDays: parameters.days - parameters.learnDays,
    staff: parameters.staff,
  }
  let row = 0
  for await (const access of readAccesses(join(folder, 'accesses.csv'))) {
    if (access === undefined) throw new Error(`row ${row} of ${folder}/accesses.csv cannot be read`)
    trail.at[row] = access.at
    trail.actor[row] = names.of(access.actor)
    trail.patient[row] = names.of(access.patient)
    trail.network[row] = names.of(access.network)
    trail.device[row] = names.of(access.device)
    trail.resource[row] = names.of(access.resourceType)
    trail.action[row] = ACTIONS.indexOf(access.action)
    trail.count[row] = access.count
    trail.failed[row] = access.failed ? 1 : 0
    row++
  }
  if (row !== rows) throw new Error(`${folder}: ${row} accesses, and ${rows} were announced`)
  trail.learnUntil = (Math.floor((trail.at[0] as number) / DAY) + parameters.learnDays) * DAY
  const columns = ['row', 'scenario', 'stealth', 'campaign', 'explainable', 'stressor']
  for await (const [place = '', scenario = '', stealth = '', id = '', explainable, stressor = ''] of readCsv(
    join(folder, 'truth.csv'),
    columns,
  )) {
    const at = Number(place)
    trail.explainable[at] = explainable === '1' ? 1 : 0
    if (stressor !== '') {
      if (!stressors.includes(stressor)) stressors.push(stressor)
      trail.stressor[at] = stressors.indexOf(stressor)
    }
    if (id === '') continue
    let found = places.get(id)
    if (found === undefined) {
      found = campaigns.push({ id, scenario, stealth, variant: variants.get(id) ?? '', rows: [], spans: new Map() }) - 1
      places.set(id, found)
    }
    trail.campaign[at] = found
    const campaign = campaigns[found] as Campaign
    campaign.rows.push(at)
    const actor = trail.actor[at] as number
    const time = trail.at[at] as number
    const span = campaign.spans.get(actor)
    if (span === undefined) campaign.spans.set(actor, { from: time, to: time })
    else span.to = time
  }
  return trail
}

export type Decisions = { readonly class: Uint8Array; readonly step: Uint8Array }

/** What a replay decided about every row: places in CLASSES and STEPS. */
export function readDecisions(path: string, rows: number): Decisions {
  const decisions = { class: new Uint8Array(rows), step: new Uint8Array(rows) }
  const classes = new Map<string, number>(CLASSES.map((one, at) => [one, at]))
  const steps = new Map<string, number>(STEPS.map((one, at) => [one, at]))
  const text = readFileSync(path, 'latin1')
  let start = text.indexOf('\n') + 1
  let row = 0
  for (; start < text.length; row++) {
    const stop = text.indexOf('\n', start)
    const [place, said = '', step = ''] = text.slice(start, stop === -1 ? text.length : stop).split(',')
    if (Number(place) !== row) throw new Error(`${path}: row ${row} is missing`)
    decisions.class[row] = classes.get(said) ?? 0
    decisions.step[row] = steps.get(step) ?? 0
    start = stop === -1 ? text.length : stop + 1
  }
  if (row !== rows) throw new Error(`${path} has ${row} rows of ${rows}`)
  return decisions
}
