import assert from 'node:assert/strict'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import type { Records } from '../../src/records/records.ts'
import { startRunning } from '../running.ts'
import { tracedRecords } from '../trace.ts'
import { chanceOf } from './chance.ts'
import { EVERYBODY, mintTokens, ourPlan } from './our-cast.ts'
import { reportText } from './report.ts'
import { makerOf } from './resources.ts'
import { runSuite } from './run-suite.ts'

const SEED = Number(process.env.CHARTWARDEN_LEAK_SEED ?? Math.floor(Math.random() * 40_000))
const WORLDS = Number(process.env.CHARTWARDEN_LEAK_WORLDS ?? 2)
const SHAPES = Number(process.env.CHARTWARDEN_LEAK_SHAPES ?? 40)
/** What our server refuses so far: a shape of any other kind that is refused is a defect. */
const NOT_THERE_YET = ['$everything', '$export', '$summary', '_has', '_include', '_include:iterate', '_revinclude']
const NOWHERE = ['chained', 'compartment', 'history-system', 'system search']

test('nothing leaks', async (t) => {
  t.diagnostic(`seed ${SEED} (CHARTWARDEN_LEAK_SEED repeats it)`)
  const running = await startRunning(t, { clients: {}, serving: false, settings: { CHARTWARDEN_WATCH: 'off' } })
  const tokens = await mintTokens(running.data)
  await running.start()
  const plan = { ...ourPlan(running.fhir, tokens), seed: SEED }

  await t.test('from generated worlds, to anybody, by any shape', async (each) => {
    const report = await runSuite({ ...plan, worlds: WORLDS, shapesEach: SHAPES, probesEach: 8 })
    for (const line of reportText(report).split('\n')) each.diagnostic(line)
    assert.deepEqual(report.leaks, [])
    assert.deepEqual(report.withheld, [])
    assert.ok(report.twins > 50 * WORLDS && report.released > 0, 'there was something to notice')
    for (const { kind, shape } of report.notSupported)
      assert.ok([...NOT_THERE_YET, ...NOWHERE].includes(kind), `${shape} is refused`)
  })

  await t.test('by the statements it takes', async () => {
    await running.stop()
    const { chartwarden, installation, close } = await openInstallation(readConfig({ CHARTWARDEN_DATA: running.data }))
    try {
      const { records, of } = tracedRecords(chartwarden, installation.expectedPatients)
      const whole = EVERYBODY.find(({ id }) => id === 'loader')
      assert.ok(whole)
      for (const name of ['nobody', 'nurse', 'labs', 'app', 'billing']) {
        const actor = EVERYBODY.find(({ id }) => id === name)
        assert.ok(actor)
        const who = { actor, requestId: 'r' }
        const hidden = makerOf(`tr${name.slice(0, 3)}`, 'dov', chanceOf(SEED))
        const acts = Object.entries(actsOn(records, hidden.patient.slice(8)))
        const traces = async () => {
          const found: Record<string, string[]> = {}
          for (const [act, run] of acts) {
            await run(who).catch(() => undefined)
            found[act] = await of(() => run(who))
          }
          return found
        }
        const before = await traces()
        for (const one of [
          hidden.person('Moreau'),
          hidden.observation('lab', 'vital-signs'),
          hidden.list('list', ['Condition/x']),
        ])
          await records.updateRecord(
            { actor: whole, requestId: 'r' },
            { type: one.resourceType, id: one.id },
            JSON.stringify(one),
          )
        assert.deepEqual(await traces(), before, name)
      }
    } finally {
      await close()
    }
  })
})

type Who = Parameters<Records['readRecord']>[0]
const actsOn = (records: Records, id: string): Record<string, (who: Who) => Promise<unknown>> => ({
  read: (who) => records.readRecord(who, { type: 'Observation', id: `${id}-lab` }),
  history: (who) => records.historyOf(who, { type: 'Observation', id: `${id}-lab` }, [], 'b'),
  'history of a type': (who) => records.historyOf(who, { type: 'List' }, [['_count', '1']], 'b'),
  'a type': (who) => records.searchRecords(who, 'List', [['_count', '2']], 'b'),
  'by patient': (who) => records.searchRecords(who, 'Observation', [['patient', id]], 'b'),
  'by id': (who) => records.searchRecords(who, 'Observation', [['_id', `${id}-lab`]], 'b'),
  'by identifier': (who) => records.searchRecords(who, 'Observation', [['identifier', `urn:leak:mrn|${id}-lab`]], 'b'),
  'count by name': (who) =>
    records.searchRecords(
      who,
      'Patient',
      [
        ['family', 'Moreau'],
        ['_summary', 'count'],
      ],
      'b',
    ),
  'delete where': (who) => records.deleteWhere(who, 'Observation', [['identifier', `urn:leak:mrn|${id}-lab`]]),
})
