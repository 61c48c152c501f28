/** `npm run bench`: our server with all security on, beside a bare one, measured in one run on one PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openEmbedded } from '../src/database/embedded.ts'
import { analyse, makeBareDatabase } from './bare-store.ts'
import { startGenerator } from './generator.ts'
import { loadCharts } from './load-charts.ts'
import { type Contender, measureRow } from './measure-row.ts'
import { ROWS } from './rows.ts'
import { type Serving, serveBare, serveChartwarden } from './serving.ts'
import { type Summary, summarise } from './summary.ts'
import { type Bundle, FOLDER, readSynthea } from './synthea.ts'
import { table } from './table.ts'
import { workloadsOf } from './workloads.ts'

const USAGE = `npm run bench -- [--only read,create] [--seconds 3] [--rounds 5] [--connections 16] [--folder <parent>] [--json]
Rows: ${ROWS.map((row) => row.name).join(', ')}. The folder decides which disk is measured (default: ${tmpdir()}).
`
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    folder: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const only = values.only?.split(',').map((one) => one.trim())
const rows = ROWS.filter((row) => only === undefined || only.includes(row.name))
const [seconds, rounds, connections] = [values.seconds, values.rounds, values.connections].map(Number) as [
  number,
  number,
  number,
]
const say = (line: string) => void process.stderr.write(`${line}\n`)

async function bench(bundles: readonly Bundle[]): Promise<Summary[]> {
  const folder = mkdtempSync(join(values.folder, 'chartwarden-bench-'))
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  try {
    say('Making an installation.')
    const ours = await serveChartwarden(folder)
    closing.push(() => ours.stop())
    const embedded = await openEmbedded({ folder })
    closing.push(() => embedded.stop())
    const usual = await makeBareDatabase(embedded.url, 'bare', 'jsonb')
    const beside = await makeBareDatabase(embedded.url, 'lean', 'text')
    const bare = await serveBare(usual, 'bare')
    closing.push(() => bare.stop())
    const lean = await serveBare(beside, 'lean')
    closing.push(() => lean.stop())
    const batched = await serveBare(beside, 'batched')
    closing.push(() => batched.stop())
    const generator = startGenerator()
    closing.push(() => generator.stop())

    say('Loading the same patients into all.')
    const loaded = async (serving: Serving) => workloadsOf(await loadCharts(serving, bundles), bundles)
    const forLean = await loaded(lean)
    const workloads = { ours: await loaded(ours), bare: await loaded(bare), lean: forLean, batched: forLean }
    await analyse([embedded.url, usual, beside])
    const contenders = { ours, bare, lean, batched }
    const summaries: Summary[] = []
    for (const row of rows) {
      for (const [name, { url, token }] of Object.entries(contenders))
        generator.take({
          name: `${name} ${row.name}`,
          url,
          token,
          requests: workloads[name as Contender][row.name],
        })
      const { pid: postmaster } = embedded
      summaries.push(
        summarise(await measureRow(row, { generator, contenders, postmaster, folder, connections, seconds, rounds })),
      )
      const { name, toBare, toLean, ours: own } = summaries.at(-1) as Summary
      say(`${name}: ${Math.round(own.perSecond)} a second, ${toBare.toFixed(2)} of bare, ${toLean.toFixed(2)} of lean`)
    }
    return summaries
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

const bundles = readSynthea()
if (values.help || rows.length !== (only?.length ?? ROWS.length)) {
  process.stdout.write(USAGE)
  process.exitCode = values.help ? 0 : 2
} else if (bundles.length === 0) {
  say(`The bench needs synthetic patients (Synthea bundles, *.json.gz), and there are none in ${FOLDER}`)
  process.exitCode = 1
} else {
  const summaries = await bench(bundles)
  const { node } = process.versions
  const run = { at: new Date().toISOString(), node, cores: availableParallelism(), connections, seconds, rounds }
  process.stdout.write(values.json ? `${JSON.stringify({ ...run, rows: summaries }, null, 2)}\n` : table(summaries))
}
