import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { SCENARIOS, type SimulationParameters, STEALTHS, STRESSORS, USUAL_STRESSORS, wrongWith } from './parameters.ts'
import { simulateHospital } from './simulate-hospital.ts'
import { readSimulation, type SimulatedFiles } from './simulated-files.ts'

const SMALL: SimulationParameters = {
  seed: 'a test',
  days: 20,
  staff: 60,
  patients: 1500,
  learnDays: 12,
  start: Date.parse('2026-01-05T00:00:00Z'),
  scenarios: SCENARIOS,
  stealth: STEALTHS,
  stressors: USUAL_STRESSORS,
}
const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function simulate(given: Partial<SimulationParameters> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-'))
  folders.push(folder)
  simulateHospital({ ...SMALL, ...given }, folder)
  return folder
}
const digest = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}`,
    )

const whole = simulate()
const files = readSimulation(whole)
const charts = (of: SimulatedFiles, malicious: '0' | '1') =>
  of.accesses.filter((row, n) => row.patient !== '' && of.truth[n]!.malicious === malicious)
const share = (of: SimulatedFiles, rows: SimulatedFiles['accesses']) => rows.filter(of.explained).length / rows.length

test('the same seed writes the same bytes, another seed another hospital', () => {
  assert.deepEqual(digest(simulate()), digest(whole))
  assert.notDeepEqual(digest(simulate({ seed: 'another' })), digest(whole))
})

test('accesses are in order of time, and every column holds what it should', () => {
  const actors = new Set(files.staff.map((one) => one.actor))
  const patients = new Set(['', ...files.patients.map((one) => one.patient)])
  const actions = 'read search create update delete export print break-glass login login-failed'.split(' ')
  const purposes = ['', 'TREAT', 'HPAYMT', 'HOPERAT', 'HRESCH', 'ETREAT', 'PATRQT']
  let before = ''
  for (const [n, row] of files.accesses.entries()) {
    assert.match(row.at!, /^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.ok(row.at! >= before, `row ${n} is not in order`)
    before = row.at!
    assert.ok(actors.has(row.actor!) && patients.has(row.patient!), `row ${n} is of nobody`)
    assert.ok(actions.includes(row.action!), row.action)
    assert.ok(purposes.includes(row.purpose!), row.purpose)
    assert.match(row.network!, /^\d+\.\d+\.\d+\.\d+\/\d+$/)
    assert.match(row.count!, /^\d+$/)
    assert.match(row.outcome!, /^(0|4|8|12)$/)
    assert.equal(row.session === '', row.action === 'login-failed')
    assert.equal(row.resource_type === '', row.action!.startsWith('login'))
    assert.equal(files.truth[n]!.row, String(n))
  }
  assert.equal(files.truth.length, files.accesses.length)
})

test('relations, shifts and people name what there is', () => {
  const units = new Set([...files.staff.map((one) => one.unit), ...files.shifts.map((one) => one.unit)])
  const actors = new Set(files.staff.map((one) => one.actor))
  const kinds = 'encounter appointment order referral care-team task on-call consult proxy consent'.split(' ')
  for (const one of files.relations) {
    assert.ok(actors.has(one.actor_or_unit!) || units.has(one.actor_or_unit!), one.actor_or_unit)
    assert.ok(kinds.includes(one.kind!), one.kind)
    assert.ok(one.to === '' || one.from! <= one.to!, `${one.from} to ${one.to}`)
  }
  assert.deepEqual(
    kinds.filter((kind) => !files.relations.some((one) => one.kind === kind)),
    [],
  )
  for (const one of files.shifts) assert.ok(actors.has(one.actor!) && one.from! < one.to!)
  for (const one of files.patients) assert.ok(one.employee === '' || actors.has(one.employee!))
  const names = new Set(files.staff.map((one) => one.family_name))
  assert.ok(
    files.patients.some((one) => one.employee === '' && names.has(one.family_name!)),
    'no namesakes',
  )
  assert.equal(files.staff.length, SMALL.staff + 6)
})

test('what the files explain is what the truth says, whoever reads them', () => {
  for (const [n, row] of files.accesses.entries())
    assert.equal(files.truth[n]!.explainable === '1', row.patient !== '' && files.explained(row), `row ${n}`)
})

test('6 to 10 percent of the honest accesses are without explanation, and of the first ones many more', () => {
  for (const seed of ['a test', 'b', 'c']) {
    const of = seed === 'a test' ? files : readSimulation(simulate({ seed }))
    const honest = charts(of, '0')
    const all = 1 - share(of, honest)
    assert.ok(all > 0.06 && all < 0.1, `seed ${seed}: ${all}`)
    const seen = new Set<string>()
    const first = honest.filter(({ actor, patient }) => seen.size < seen.add(`${actor} ${patient}`).size)
    assert.ok(1 - share(of, first) > 1.6 * all, `seed ${seed}: ${1 - share(of, first)} of the first accesses`)
  }
})

test('few people do much of the work', () => {
  const machines = new Set(files.staff.filter((one) => one.actor!.startsWith('svc-')).map((one) => one.actor))
  const people = Map.groupBy(
    charts(files, '0').filter((one) => !machines.has(one.actor!)),
    (one) => one.actor,
  )
  const volumes = [...people.values()].map((all) => all.length).sort((a, b) => a - b)
  const median = volumes[Math.floor(volumes.length / 2)]!
  const all = volumes.reduce((sum, one) => sum + one, 0)
  const tenth = volumes.slice(-Math.ceil(volumes.length / 10)).reduce((sum, one) => sum + one, 0)
  assert.ok(tenth > 0.2 * all, `the busiest tenth did ${tenth} of ${all}`)
  assert.ok(volumes.at(-1)! > 2.5 * median, `${volumes.at(-1)} against a median of ${median}`)
  assert.ok(volumes[Math.floor(volumes.length / 20)]! < median / 3)
})

test('nobody attacks while there is something to learn, but who poisons it', () => {
  const until = '2026-01-17T06:00:00.000Z'
  const early = files.truth.filter((one, n) => one.malicious === '1' && files.accesses[n]!.at! < until)
  const poisoners = new Set(files.hospital.campaigns.filter((one) => one.variant === 'poisoning').map((one) => one.id))
  assert.ok(early.length > 0)
  assert.deepEqual(
    early.filter((one) => !poisoners.has(one.campaign!)),
    [],
  )
})

test('each scenario leaves rows at each level, the truth names them, and some attackers have a plausible relation', () => {
  for (const scenario of SCENARIOS)
    for (const stealth of STEALTHS) {
      const rows = files.truth.filter((one) => one.scenario === scenario && one.stealth === stealth)
      assert.ok(rows.length > 0, `${scenario} ${stealth}`)
      assert.ok(rows.every((one) => one.malicious === '1' && one.campaign!.startsWith(`${scenario}-${stealth}-`)))
    }
  for (const one of files.hospital.campaigns) assert.ok(one.rows > 0, `${one.id} left no row`)
  assert.ok(files.truth.some((one) => one.malicious === '1' && one.explainable === '1'))
})

test('a mass modification tells its records', () => {
  for (const one of files.hospital.campaigns.filter((each) => each.scenario === 'mass-modification')) {
    assert.ok(one.modified.length > 0)
    for (const { row, records } of one.modified) {
      assert.equal(files.truth[row]!.campaign, one.id)
      assert.equal(Number(files.accesses[row]!.count), records.length)
      assert.ok(records.every((record) => record.split('/')[1]!.startsWith(`${files.accesses[row]!.patient}-`)))
    }
  }
})

test('without scenarios nobody attacks, and the rest of the world is as it was', () => {
  const quiet = readSimulation(simulate({ scenarios: [] }))
  assert.ok(quiet.truth.every((one) => one.malicious === '0'))
  const morning = (of: SimulatedFiles) =>
    of.accesses.filter((one, n) => one.at! < '2026-01-17T06' && of.truth[n]!.malicious === '0').map((one) => one.at)
  assert.deepEqual(morning(quiet), morning(files))
})

test('a stressor is there in its window and can be seen', () => {
  const calm = readSimulation(simulate({ scenarios: [], stressors: [] }))
  assert.ok(calm.truth.every((one) => one.stressor === ''))
  const stressed = readSimulation(simulate({ scenarios: [], stressors: STRESSORS }))
  for (const { name, from, to, rows } of stressed.hospital.stressors) {
    assert.ok(rows > 0, `${name} left no row`)
    const own = stressed.accesses.filter((_, n) => stressed.truth[n]!.stressor === name)
    assert.equal(own.length, rows)
    const late = new Date(Date.parse(to) + 12 * 3_600_000).toISOString()
    assert.ok(
      own.every((one) => one.at! >= from && one.at! < late),
      `${name} outside its window`,
    )
    const sort: Readonly<Record<string, (row: SimulatedFiles['accesses'][number]) => boolean>> = {
      'mass-casualty': (row) => row.action !== 'login',
      'ehr-migration': (row) => row.purpose === 'HOPERAT' && row.action === 'update',
      'research-pull': (row) => row.purpose === 'HRESCH',
      'flu-clinic': (row) => row.resource_type === 'Immunization',
    }
    const counted = sort[name]
    if (counted === undefined) continue
    const busy = (of: SimulatedFiles) =>
      of.accesses.filter((one) => one.at! >= from && one.at! < to && counted(one)).length
    assert.ok(busy(stressed) > 1.1 * busy(calm), `${name}: ${busy(stressed)} against ${busy(calm)}`)
  }
  assert.equal(stressed.hospital.stressors.length, STRESSORS.length)
})

test('what no hospital can be is refused', () => {
  assert.equal(wrongWith(SMALL), undefined)
  assert.match(wrongWith({ ...SMALL, staff: 3 }) ?? '', /at least 30 staff/)
  assert.match(wrongWith({ ...SMALL, learnDays: 20 }) ?? '', /fewer/)
})
