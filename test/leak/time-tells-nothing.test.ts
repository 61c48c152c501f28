import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { patchedCopy } from '../faults/patched-copy.ts'
import { PROJECT, serve } from '../faults/program.ts'
import { startRunning } from '../running.ts'
import { mintTokens } from './our-cast.ts'
import { quantile, quietTimes, rankTest } from './rank-test.ts'
import { type Json, type Say, speakerOf } from './speak.ts'
import { put } from './stage.ts'

const ALPHA = 0.001
/** Ids of each kind, and how often each is asked for. What differs from record to record is no leak: ids are what is counted. */
const IDS = 40
const TIMES = 20
const SAMPLES = 5
const SAMPLES_THAT_TELL = 3

const PATHS = [
  '/Patient/{}',
  '/Patient/{}/_history/1',
  '/Observation/{}-lab',
  '/Observation/{}-lab/_history',
  '/Patient?_id={}',
  '/Observation?_id={}-lab',
  '/Observation?patient={}',
  '/Observation?identifier=urn:leak:mrn|{}-lab',
]
/** Looks for nothing in the place of what is not there: one fetch less. */
const NO_DECOYS = { file: 'src/database/nearest.ts', from: '>= ', to: '= ' }
const NO_OTHERS = { file: 'src/database/nearest.ts', from: "first('is not null')", to: "first('is null')" }

const ids = (): string[] => Array.from({ length: IDS }, () => randomUUID().slice(0, 30))
const identifier = (value: string) => [{ system: 'urn:leak:mrn', value }]
const chart = (id: string): Json[] => [
  { resourceType: 'Patient', id, identifier: identifier(id), name: [{ family: 'Moreau', given: ['Ada'] }] },
  {
    resourceType: 'Observation',
    id: `${id}-lab`,
    identifier: identifier(`${id}-lab`),
    status: 'final',
    code: { text: 'Sodium' },
    subject: { reference: `Patient/${id}` },
    valueString: 'within its usual range',
  },
]

test('the time of an answer does not tell what is there and hidden from what never was', async (t) => {
  const running = await startRunning(t, { clients: {}, serving: false, settings: { CHARTWARDEN_WATCH: 'off' } })
  const tokens = await mintTokens(running.data)
  const hidden = ids()

  async function timesOf(say: Say, path: string): Promise<{ p: number; says: string }> {
    const ask = (id: string) => () => say({ method: 'GET', path: path.replace('{}', id) })
    const acts = [...hidden, ...ids()].map(ask)
    await quietTimes(acts, 2)
    const all = await quietTimes(acts, TIMES)
    const [there, never] = [all.slice(0, IDS), all.slice(IDS)]
    const p = rankTest(there, never)
    const micros = (some: readonly number[]) => quantile(some, 0.5).toFixed(0)
    return { p, says: `${path}: hidden ${micros(there)}, unknown ${micros(never)} µs, p = ${p.toFixed(4)}` }
  }

  async function asNobody(root: string, body: (say: Say) => Promise<void>): Promise<void> {
    const server = await serve({ root, data: running.data, env: { CHARTWARDEN_WATCH: 'off' } })
    try {
      const loader = speakerOf(server.fhir, { name: 'loader', token: tokens.loader as string }, () => undefined)
      for (const resource of hidden.flatMap(chart)) await put(loader, resource)
      await body(speakerOf(server.fhir, { name: 'nobody', token: tokens.nobody as string }, () => undefined))
    } finally {
      await server.kill()
    }
  }

  await t.test('of reads, histories and searches', (each) =>
    asNobody(PROJECT, async (say) => {
      for (const path of PATHS) {
        // By chance once in a thousand: each of some samples, with other unknown ids, must say it.
        let told = 0
        for (let p = 0; p < ALPHA && told < SAMPLES_THAT_TELL; ) {
          const sample = await timesOf(say, path)
          each.diagnostic(sample.says)
          p = sample.p
          if (p < ALPHA) told++
        }
        assert.ok(told < SAMPLES_THAT_TELL, `${path} takes another time for what is there`)
      }
    }),
  )

  await t.test('and one fetch less would show', async (each) => {
    const folder = mkdtempSync(join(tmpdir(), 'chartwarden-time-'))
    try {
      const root = patchedCopy(join(folder, 'program'), [NO_DECOYS, NO_OTHERS])
      await asNobody(root, async (say) => {
        for (const path of ['/Patient/{}', '/Observation/{}-lab/_history']) {
          // A busy machine blurs a sample: one of some must show it, which by chance happens once in two hundred times.
          let seen = false
          for (let n = 0; n < SAMPLES && !seen; n++) {
            const { p, says } = await timesOf(say, path)
            each.diagnostic(says)
            seen = p < ALPHA
          }
          assert.ok(seen, `it is not seen: ${path}`)
        }
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
