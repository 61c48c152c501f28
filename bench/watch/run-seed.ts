import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { type AlertLine, replay } from '../../src/watch/replay/replay.ts'
import { SCENARIOS, STEALTHS, USUAL_STRESSORS } from '../../src/watch/simulate/parameters.ts'
import { simulateHospital } from '../../src/watch/simulate/simulate-hospital.ts'
import { dailyCounts } from './baselines/daily-counts.ts'
import { rulePack } from './baselines/rule-pack.ts'
import { isFalse, type Judged, judgeAlert, type Told } from './judge-alerts.ts'
import { type CampaignOutcome, judgeCampaigns } from './judge-campaigns.ts'
import { type Friction, judgeFriction } from './judge-friction.ts'
import { type Plan, RUNS, type Run, WORLDS, type World } from './plan-runs.ts'
import { readDecisions, readTrail, type Trail } from './trail.ts'

/** What came of one detector in one hospital. */
export type Outcome = {
  readonly run: string
  readonly seed: string
  readonly staff: number
  readonly testDays: number
  readonly learnUntil: number
  readonly alerts: readonly Judged[]
  readonly campaigns: readonly CampaignOutcome[]
  /** Not of a baseline: it decides nothing. */
  readonly friction?: Friction
  /** Days and false alerts within the windows of the stressors. */
  readonly stressors: readonly { readonly name: string; readonly days: number; readonly falseAlerts: number }[]
  readonly microsecondsAnAccess?: number
  /** A digest of what it decided, to see whether a part that was left out changes anything. */
  readonly decided?: string
}

const START = Date.parse('2026-01-05T00:00:00Z')
const DAY = 86_400_000

/** Simulates the hospitals of one seed and judges every run and baseline in them. */
export async function runSeed(seed: string, plan: Plan, folder: string, heard: (what: string) => void) {
  const outcomes: Outcome[] = []
  if (plan.hospitals !== undefined) {
    const runs = RUNS.filter(({ name }) => plan.runs.includes(name))
    await judge(join(plan.hospitals, seed), runs, plan.runs.includes('baselines'))
    return outcomes
  }
  for (const world of Object.keys(WORLDS) as World[]) {
    const runs = RUNS.filter((one) => one.world === world && plan.runs.includes(one.name))
    const baselines = world === 'usual' && plan.runs.includes('baselines')
    if (runs.length === 0 && !baselines) continue
    const home = join(folder, world)
    mkdirSync(home, { recursive: true })
    heard(`${seed} ${world}`)
    const { days, learnDays, staff, patients } = plan
    simulateHospital(
      {
        seed,
        days,
        learnDays,
        staff,
        patients,
        start: START,
        scenarios: SCENARIOS,
        stealth: STEALTHS,
        stressors: USUAL_STRESSORS,
        ...WORLDS[world](seed),
      },
      home,
    )
    await judge(home, runs, baselines)
    rmSync(home, { recursive: true })
  }
  return outcomes

  async function judge(home: string, runs: readonly Run[], baselines: boolean) {
    const trail = await readTrail(home)
    for (const run of runs) {
      heard(`${seed} ${run.name}`)
      outcomes.push(await runWatch(run, seed, trail, home, folder))
    }
    if (baselines) outcomes.push(...(await runBaselines(seed, trail, home)))
  }
}

async function runWatch(
  { name, settings }: Run,
  seed: string,
  trail: Trail,
  home: string,
  folder: string,
): Promise<Outcome> {
  const out = join(folder, name)
  const told: Told[] = []
  const began = performance.now()
  await replay({ folder: home, out, untilDay: trail.learnDays, settings }, (line) => told.push(toldBy(trail, line)))
  const microsecondsAnAccess = ((performance.now() - began) * 1000) / trail.rows
  const decisions = readDecisions(join(out, 'decisions.csv'), trail.rows)
  rmSync(out, { recursive: true })
  const alerts = told.filter(({ at }) => at >= trail.learnUntil).map((one) => judgeAlert(trail, one))
  let decided = 0
  for (let row = 0; row < trail.rows; row++)
    decided = (Math.imul(decided, 31) + (decisions.step[row] as number) * 5 + (decisions.class[row] as number)) | 0
  return {
    ...frameOf(name, seed, trail, alerts, home),
    campaigns: judgeCampaigns(trail, decisions, alerts),
    friction: judgeFriction(trail, decisions),
    microsecondsAnAccess,
    decided: `${decided} ${alerts.map(({ row, score }) => `${row}:${score.toFixed(3)}`).join(' ')}`,
  }
}

function toldBy(trail: Trail, { row, score, entities, contributions, action }: AlertLine): Told {
  const at = trail.at[row] as number
  const says = contributions.slice(0, 4).map(({ score: what, nats }) => `${what} ${nats.toFixed(1)}`)
  return {
    score,
    at,
    actor: trail.names.of(entities.actor ?? ''),
    row,
    from: at,
    to: at,
    says: `${action}: ${says.join(', ')}`,
  }
}

async function runBaselines(seed: string, trail: Trail, home: string): Promise<Outcome[]> {
  const { forest, zScores } = dailyCounts(trail)
  const told = { 'rule pack': await rulePack(trail, home), 'isolation forest': forest, 'z-score': zScores }
  const nothing = { class: new Uint8Array(trail.rows), step: new Uint8Array(trail.rows) }
  return Object.entries(told).map(([name, all]) => {
    const alerts = all.map((one) => judgeAlert(trail, one))
    return { ...frameOf(name, seed, trail, alerts, home), campaigns: judgeCampaigns(trail, nothing, alerts) }
  })
}

function frameOf(run: string, seed: string, trail: Trail, alerts: readonly Judged[], home: string) {
  const { staff, testDays, learnUntil } = trail
  const { stressors } = JSON.parse(readFileSync(join(home, 'hospital.json'), 'utf8')) as {
    stressors: readonly { readonly name: string; readonly from: string; readonly to: string }[]
  }
  return {
    run,
    seed,
    staff,
    testDays,
    learnUntil,
    alerts,
    stressors: stressors.map(({ name, from, to }) => {
      const within = alerts.filter(({ at }) => at >= Date.parse(from) && at < Date.parse(to))
      return {
        name,
        days: (Date.parse(to) - Date.parse(from)) / DAY,
        falseAlerts: within.filter(isFalse).length,
      }
    }),
  }
}

if (parentPort !== null) {
  const port = parentPort
  const { seed, plan } = workerData as { seed: string; plan: Plan }
  const folder = mkdtempSync(join(tmpdir(), 'watch-'))
  try {
    port.postMessage({ outcomes: await runSeed(seed, plan, folder, (doing) => port.postMessage({ doing })) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
