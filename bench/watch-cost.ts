/** `npm run bench:watch [-- --json]`: what the watch costs. In one process, on a PostgreSQL of its own for each side. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serialize } from 'node:v8'
import { makeInstallation } from '../src/cli/init.ts'
import { type Opened, openInstallation } from '../src/cli/open-installation.ts'
import { type Config, readConfig } from '../src/config.ts'
import { createWatch } from '../src/watch/engine.ts'
import { readAccesses } from '../src/watch/replay/read-accesses.ts'
import { readHospital } from '../src/watch/replay/read-hospital.ts'
import { WATCH_DEFAULTS } from '../src/watch/settings.ts'
import { simulateHospital } from '../src/watch/simulate/simulate-hospital.ts'
import { fillCharts, LOADER, median, NURSE } from './chart-reads.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '9' } },
})
const ROUNDS = Number(values.rounds)
const STAFF = 1_000
const PATIENTS = 100_000

const memory = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
}

/** A judgement by itself, over days of a big hospital, and what the watch holds in memory after them. */
async function judgements(folder: string) {
  const start = Date.UTC(2026, 0, 5)
  const none = { scenarios: [], stealth: [], stressors: [] }
  simulateHospital(
    { seed: 'cost', days: 6, staff: STAFF, patients: PATIENTS, learnDays: 5, start, ...none },
    folder,
    () => {},
  )
  const { hospital } = await readHospital(folder)
  const before = memory()
  const watch = createWatch(hospital, { ...WATCH_DEFAULTS, learnUntil: start + 2 * 86_400_000 })
  const took: number[] = []
  for await (const access of readAccesses(join(folder, 'accesses.csv'))) {
    if (access === undefined) continue
    const began = performance.now()
    watch.consider(access)
    took.push((performance.now() - began) * 1000)
  }
  const held = memory() - before - took.length * 8
  const sorted = took.slice(took.length / 2).toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] as number
  return {
    accesses: took.length,
    medianUs: at(0.5),
    p99Us: at(0.99),
    heldMiB: held / 2 ** 20,
    snapshotMiB: serialize(watch.save()).length / 2 ** 20,
  }
}

/** The same reads with the watch on and off, turn by turn. */
async function reads(on: Opened, off: Opened) {
  const [withWatch, without] = [await fillCharts(on), await fillCharts(off)]
  for (const actor of [NURSE, LOADER]) {
    await withWatch(actor)
    await without(actor)
  }
  const ratios = { nurse: [] as number[], client: [] as number[] }
  for (let n = 0; n < ROUNDS; n++)
    for (const [name, actor] of [
      ['nurse', NURSE],
      ['client', LOADER],
    ] as const) {
      const first = n % 2 === 0 ? await withWatch(actor) : await without(actor)
      const second = n % 2 === 0 ? await without(actor) : await withWatch(actor)
      ratios[name].push(n % 2 === 0 ? first / second : second / first)
    }
  return { explainedRatio: median(ratios.nurse), unexplainedRatio: median(ratios.client) }
}

const folder = mkdtempSync(join(tmpdir(), 'chartwarden-watch-'))
try {
  const opened: Opened[] = []
  for (const mode of ['block', 'off'] as const) {
    const data = join(folder, mode)
    const config: Config = { ...readConfig({ CHARTWARDEN_DATA: data, CHARTWARDEN_WATCH: mode }), data }
    await makeInstallation(config, () => undefined, {})
    opened.push(await openInstallation(config))
  }
  const ratios = await reads(opened[0] as Opened, opened[1] as Opened)
  for (const one of opened) await one.close()
  const found = { ...(await judgements(join(folder, 'hospital'))), ...ratios }
  const rows = [
    ['a judgement, median', `${found.medianUs.toFixed(1)} us`, ''],
    ['a judgement, 99th of 100', `${found.p99Us.toFixed(0)} us`, 'target under 1000'],
    ['explained reads with the watch, of those without', found.explainedRatio.toFixed(2), 'target 0.9'],
    ['unexplained reads with the watch, of those without', found.unexplainedRatio.toFixed(2), 'target 0.9'],
    [`memory for ${STAFF} staff, ${PATIENTS} patients`, `${found.heldMiB.toFixed(0)} MiB`, ''],
    ['the snapshot of it', `${found.snapshotMiB.toFixed(0)} MiB`, ''],
  ] as const
  process.stdout.write(
    values.json
      ? `${JSON.stringify(found)}\n`
      : rows.map(([what, figure, target]) => `${what.padEnd(54)} ${figure.padStart(10)}  ${target}\n`).join(''),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
