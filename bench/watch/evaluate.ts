/** Puts the watch through simulated hospitals whose truth is known: `npm run evaluate:watch`. docs/watch-evaluation.md. */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { BASELINES, type Plan, RUNS, USUAL_PLAN } from './plan-runs.ts'
import type { Outcome } from './run-seed.ts'
import { sayEvidence } from './say-evidence.ts'
import { sayTables } from './say-tables.ts'
import { summarise } from './summarise.ts'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string' },
    days: { type: 'string' },
    'learn-days': { type: 'string' },
    staff: { type: 'string' },
    patients: { type: 'string' },
    runs: { type: 'string' },
    processes: { type: 'string' },
    hospitals: { type: 'string' },
    evidence: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const USAGE = `npm run evaluate:watch -- [flags]
  --seeds 1001..1020 or 7,8,9    --days 30  --learn-days 16  --staff 150  --patients 4000
  --runs ${[...RUNS.map(({ name }) => name), 'baselines'].join(',')}
  --hospitals <folder>: judges hospitals that somebody else simulated, each a subfolder as watch simulate writes one
  --processes 2                  --evidence: what was missed and what was wrong, alert by alert
  --json: everything, as JSON
`

function seedsOf(text: string | undefined): readonly string[] {
  if (text === undefined) return USUAL_PLAN.seeds
  const range = /^(\d+)\.\.(\d+)$/.exec(text)
  if (range === null) return text.split(',').map((one) => one.trim())
  return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, at) => String(Number(range[1]) + at))
}

const whole = (text: string | undefined, usual: number): number => {
  const number = text === undefined ? usual : Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`${text} is not a whole number above 0`)
  return number
}

function planOf(): Plan {
  const days = whole(flags.days, USUAL_PLAN.days)
  const runs =
    flags.runs?.split(',').map((one) => one.trim()) ??
    (flags.hospitals === undefined ? USUAL_PLAN.runs : ['watch', 'baselines'])
  const unknown = runs.find((one) => !USUAL_PLAN.runs.includes(one))
  if (unknown !== undefined) throw new Error(`${unknown} is none of the runs: ${USUAL_PLAN.runs.join(', ')}`)
  const { hospitals } = flags
  return {
    ...(hospitals !== undefined && { hospitals }),
    seeds: hospitals !== undefined && flags.seeds === undefined ? readdirSync(hospitals).sort() : seedsOf(flags.seeds),
    days,
    learnDays: whole(flags['learn-days'], Math.round((days * USUAL_PLAN.learnDays) / USUAL_PLAN.days)),
    staff: whole(flags.staff, USUAL_PLAN.staff),
    patients: whole(flags.patients, USUAL_PLAN.patients),
    runs,
    processes: whole(flags.processes, USUAL_PLAN.processes),
  }
}

function inWorker(seed: string, plan: Plan): Promise<readonly Outcome[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('run-seed.ts', import.meta.url), { workerData: { seed, plan } })
    worker.on('message', (message: { doing?: string; outcomes?: readonly Outcome[] }) => {
      if (message.outcomes !== undefined) resolve(message.outcomes)
      else if (process.stderr.isTTY) process.stderr.write(`\r${message.doing ?? ''}        `)
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error(`the worker of seed ${seed} ended early`)))
  })
}

async function runAll(plan: Plan): Promise<Outcome[]> {
  const waiting = [...plan.seeds]
  const outcomes: Outcome[] = []
  const began = performance.now()
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      outcomes.push(...(await inWorker(seed, plan)))
      const done = new Set(outcomes.map((one) => one.seed)).size
      const seconds = Math.round((performance.now() - began) / 1000)
      process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${done} of ${plan.seeds.length} seeds, ${seconds} s\n`)
    }
  }
  await Promise.all(Array.from({ length: plan.processes }, work))
  const place = ({ seed, run }: Outcome) => plan.seeds.indexOf(seed) * 100 + NAMES.indexOf(run)
  return outcomes.sort((one, other) => place(one) - place(other))
}

const NAMES: readonly string[] = [...RUNS.map(({ name }) => name), ...BASELINES]

if (flags.help) process.stdout.write(USAGE)
else {
  const plan = planOf()
  const outcomes = await runAll(plan)
  const summary = summarise(plan, outcomes)
  if (flags.json) process.stdout.write(`${JSON.stringify({ summary, outcomes })}\n`)
  else process.stdout.write(`${sayTables(summary)}${flags.evidence ? sayEvidence(outcomes) : ''}`)
}
