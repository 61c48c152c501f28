import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { changedParts, type EvidencePack } from '../watch/cases/evidence-pack.ts'
import type { ToldCase } from '../watch/cases/told-case.ts'
import type { Predicted } from '../watch/predict/predict-replay.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const watch = (...args: string[]) => spawnSync(process.execPath, [main, 'watch', ...args], { encoding: 'utf8' })
const root = mkdtempSync(join(tmpdir(), 'cases-'))
const world = join(root, 'world')
const out = join(root, 'out')
after(() => rmSync(root, { recursive: true, force: true }))

before(() => {
  const given = ['--staff', '50', '--patients', '800', '--days', '20', '--learn-days', '8', '--seed', 'cases']
  assert.equal(watch('simulate', '--out', world, ...given).status, 0)
  const first = watch('replay', world, '--until-day', '8', '--out', out)
  assert.equal(first.status, 0, first.stderr)
})

const cases = () => JSON.parse(readFileSync(join(out, 'cases.json'), 'utf8')) as ToldCase[]

test('a replay writes its cases, and one is shown and packed so that a change shows', () => {
  const [one] = cases()
  assert.ok(one !== undefined)
  const pack = join(root, 'pack.json')
  const shown = watch('case', out, one.id, '--pack', pack)
  assert.equal(shown.status, 0, shown.stderr)
  assert.ok(shown.stdout.startsWith(`${one.id}: `))
  const packed = JSON.parse(readFileSync(pack, 'utf8')) as EvidencePack
  assert.deepEqual(changedParts(packed), [])
  assert.equal(packed.alerts.length, new Set(one.alerts.map((alert) => alert.row)).size)
  assert.ok(packed.decisions.length > one.exposed.refs.length)
  assert.equal(watch('case', out, 'case-none').status, 2)
  assert.equal(watch('case', root).status, 2)
  assert.match(readFileSync(join(out, 'report.html'), 'utf8'), /<h2>Cases<\/h2>/)
})

test('records exposed are counted from the rows themselves', () => {
  const rows = readFileSync(join(world, 'accesses.csv'), 'utf8').split('\n').slice(1)
  const decisions = readFileSync(join(out, 'decisions.csv'), 'utf8').split('\n').slice(1)
  for (const { id, exposed } of cases()) {
    const listed = [...exposed.beforeBlock, ...exposed.afterBlock]
    assert.equal(
      listed.reduce((sum, of) => sum + of.accesses, 0),
      exposed.refs.length,
      id,
    )
    for (const ref of exposed.refs) {
      const [, , step = ''] = (decisions[Number(ref)] ?? '').split(',')
      assert.ok(!/freeze|quarantine/.test(step), `row ${ref} of ${id} was stopped`)
      assert.ok(rows[Number(ref)] !== undefined)
    }
  }
})

test('a verdict of yesterday teaches the replay, and is told of', () => {
  const one = cases().find((of) => of.kind === 'person')
  assert.ok(one !== undefined)
  const at = new Date(Date.parse(one.openedAt) + 3_600_000).toISOString()
  writeFileSync(
    join(world, 'verdicts.csv'),
    `at,about,finding,reason,by\n${at},${one.about},misuse,said so,officer\n${at},nobody,misuse,,\n${at},x,perhaps,,\n`,
  )
  const again = watch('replay', world, '--until-day', '8', '--out', out, '--json')
  rmSync(join(world, 'verdicts.csv'))
  const told = JSON.parse(again.stdout) as { verdicts: number; verdictsUnmatched: number; unreadable: number }
  assert.deepEqual([told.verdicts, told.verdictsUnmatched, told.unreadable], [1, 1, 1])
  assert.equal(cases().find((of) => of.about === one.about)?.verdict?.finding, 'misuse')
})

test('playbooks are checked and tried on the alerts', () => {
  assert.equal(watch('playbooks', 'check').status, 0)
  const tried = watch('playbooks', 'try', out, '--json')
  assert.equal(tried.status, 0, tried.stderr)
  const { playbooks } = JSON.parse(tried.stdout) as { playbooks: { alerts: number }[] }
  assert.ok(playbooks.some((one) => one.alerts > 0))
  writeFileSync(join(root, 'bad.json'), '{"type":"playbook"}')
  const bad = watch('playbooks', 'check', '--playbooks', root)
  assert.equal(bad.status, 1)
  assert.match(bad.stdout, /bad\.json: workflow: is missing/)
  assert.equal(watch('playbooks', 'sing').status, 2)
})

test('a prediction says how good it was on a later period, and leaves nothing behind', () => {
  const told = watch('predict', world, '--until-day', '8', '--json')
  assert.equal(told.status, 0, told.stderr)
  const predicted = JSON.parse(told.stdout) as Predicted
  assert.deepEqual(
    predicted.kinds.map((one) => one.kind),
    ['person', 'client', 'patient', 'device'],
  )
  for (const { score, highest } of predicted.kinds) {
    assert.ok(highest.every((one) => one.chance >= 0 && one.chance <= 1))
    if (score !== undefined) assert.ok(score.brier >= 0 && score.brier <= 1 && score.came <= score.forecasts)
  }
  assert.ok(predicted.heldFrom <= predicted.heldUntil && predicted.heldUntil < predicted.lastDay)
  assert.ok(!existsSync(join(world, 'cases.json')))
})
