import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Refusal } from '../../kernel/refusal.ts'
import { RELATION_KINDS } from '../hospital/relations.ts'
import { replay } from '../replay/replay.ts'
import { SCENARIOS, STEALTHS, USUAL_STRESSORS } from '../simulate/parameters.ts'
import { simulateHospital } from '../simulate/simulate-hospital.ts'
import { openFhir } from './read-fhir.ts'
import { NOT_IN_FHIR, writeAsFhir } from './simulated-fhir.ts'

const root = mkdtempSync(join(tmpdir(), 'fhir-test-'))
after(() => rmSync(root, { recursive: true, force: true }))
const folder = (name: string) => {
  mkdirSync(join(root, name), { recursive: true })
  return join(root, name)
}
const runsLeft = () => readdirSync(tmpdir()).filter((name) => name.startsWith('chartwarden-sort-')).length

test('a hospital told in FHIR is judged as the same hospital told in CSV', async () => {
  const csv = folder('csv')
  simulateHospital(
    {
      seed: 'fhir',
      days: 6,
      staff: 50,
      patients: 800,
      learnDays: 3,
      start: Date.parse('2026-01-05T00:00:00Z'),
      scenarios: SCENARIOS,
      stealth: STEALTHS,
      stressors: USUAL_STRESSORS,
    },
    csv,
  )
  const fhir = folder('fhir')
  writeAsFhir(csv, fhir)
  // FHIR tells of no shifts, and of no relation of these kinds: the CSV to be compared has neither.
  const bare = folder('bare')
  for (const name of ['accesses', 'staff', 'patients']) copyFileSync(`${csv}/${name}.csv`, `${bare}/${name}.csv`)
  const relations = readFileSync(`${csv}/relations.csv`, 'utf8').split('\n')
  writeFileSync(
    `${bare}/relations.csv`,
    relations.filter((line) => !NOT_IN_FHIR.includes(line.split(',').at(-3) ?? '')).join('\n'),
  )
  const judged = async (from: string) => {
    const out = folder(`${from.split('/').at(-1)}-out`)
    const result = await replay({ folder: from, out, untilDay: 3 })
    return { result, lines: readFileSync(join(out, 'decisions.csv'), 'utf8').split('\n') }
  }
  const inCsv = await judged(bare)
  const inFhir = await judged(fhir)
  assert.equal(inFhir.result.unreadable, 0)
  assert.equal(inFhir.result.rows, inCsv.result.rows)
  assert.equal(inFhir.result.staff, inCsv.result.staff)
  assert.equal(inFhir.result.patients, inCsv.result.patients)
  const differ = inCsv.lines.filter((line, at) => line !== inFhir.lines[at]).length
  assert.equal(differ, 0, `${differ} of ${inCsv.lines.length} rows are judged otherwise`)
  const whole = await judged(csv)
  const sameClass = whole.lines.filter((line, at) => line.split(',')[1] === inFhir.lines[at]?.split(',')[1]).length
  // Without shifts a float is a stranger on the ward: the rota explains what the home unit cannot.
  assert.ok(sameClass / whole.lines.length > 0.75, `${sameClass} of ${whole.lines.length} with the whole CSV`)
})

const event = (more: object) =>
  JSON.stringify({
    resourceType: 'AuditEvent',
    recorded: '2026-02-01T10:00:00Z',
    action: 'R',
    outcome: '0',
    agent: [{ requestor: true, who: { identifier: { value: 'jd7' } } }],
    entity: [{ role: { code: '1' }, what: { reference: 'http://server.example/fhir/Patient/p1/_history/3' } }],
    ...more,
  })

test('lines that cannot be read are counted, and what is no access is passed over', async () => {
  const dirty = folder('dirty')
  writeFileSync(
    `${dirty}/all.ndjson`,
    [
      '{"resourceType":"Practitioner","id":"a","identifier":[{"system":"s","value":"jd7"}]}',
      '{"resourceType":"PractitionerRole","id":"r","code":[{"coding":[{"display":"Nurse"}]}]}',
      '{"resourceType":"Observation","id":"o"}',
      '{"resourceType":"Patient","id":"p1","identifier":[{"system":"mrn","value":"0071"}]}',
      event({}),
      event({ recorded: 'yesterday' }),
      event({ agent: [] }),
      event({ subtype: [{ code: '110123' }] }),
      event({ recorded: '2026-02-01T09:00:00+02:00', subtype: [{ code: 'search-type' }], action: 'E' }),
      event({
        recorded: '2026-02-01T11:00:00Z',
        entity: [{ role: { code: '1' }, what: { identifier: { value: '0071' } } }],
      }),
      'not a resource',
      '[]',
      '',
    ].join('\n'),
  )
  const records = await openFhir(dirty)
  const found = [...records.accesses()]
  records.close()
  assert.deepEqual(
    found.map((one) => [new Date(one.at).toISOString(), one.actor, one.action, one.patient]),
    [
      ['2026-02-01T07:00:00.000Z', 'Practitioner/a', 'search', 'Patient/p1'],
      ['2026-02-01T10:00:00.000Z', 'Practitioner/a', 'read', 'Patient/p1'],
      ['2026-02-01T11:00:00.000Z', 'Practitioner/a', 'read', 'Patient/p1'],
    ],
  )
  assert.equal(records.counts.unreadable, 5)
  assert.equal(records.counts.passedOver, 2)
})

test('what does not fit in memory is sorted on disk, may be read twice, and leaves nothing behind', async () => {
  const before = runsLeft()
  const many = folder('many')
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + ((n * 7919) % 1000) * 1000).toISOString()
  const lines = Array.from({ length: 1000 }, (_, n) =>
    event({ recorded: at(n), agent: [{ requestor: true, name: `n${n}` }] }),
  )
  writeFileSync(`${many}/AuditEvent.ndjson`, lines.join('\n'))
  const records = await openFhir(many, 64)
  assert.equal(runsLeft(), before + 1)
  const once = [...records.accesses()]
  const again = [...records.accesses()]
  records.close()
  assert.equal(runsLeft(), before)
  assert.equal(once.length, 1000)
  assert.deepEqual(again, once)
  assert.ok(once.every((one, n) => n === 0 || one.at >= (once[n - 1]?.at ?? 0)))
})

test('a folder without an access is refused, and a broken archive leaves nothing behind', async () => {
  const before = runsLeft()
  const none = folder('none')
  await assert.rejects(openFhir(none), (error) => error instanceof Refusal && error.code === 'record.not-found')
  writeFileSync(`${none}/a.ndjson`, event({ recorded: 'never' }))
  await assert.rejects(openFhir(none), (error) => error instanceof Refusal && error.code === 'record.not-found')
  writeFileSync(`${none}/b.ndjson.gz`, 'no archive')
  const malformed = (error: unknown) => error instanceof Refusal && error.code === 'request.malformed'
  await assert.rejects(openFhir(none, 1), malformed)
  writeFileSync(`${none}/b.ndjson.gz`, gzipSync(`${event({})}\n`.repeat(500)).subarray(0, 120))
  await assert.rejects(openFhir(none, 1), malformed)
  assert.equal(runsLeft(), before)
})

test('a signal deletes what was sorted on disk', () => {
  const sort = new URL('./sort-by-time.ts', import.meta.url).href
  const temporary = folder('temporary')
  const script = `
    const { createSortByTime } = await import(${JSON.stringify(sort)})
    const { readdirSync } = await import('node:fs')
    createSortByTime(1).add(1, 'a line')
    console.log(readdirSync(process.env.TMPDIR).length)
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => {}, 10_000)`
  const { signal, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary },
  })
  assert.equal(stdout.trim(), '1')
  assert.equal(signal, 'SIGTERM')
  assert.deepEqual(readdirSync(temporary), [])
})

const resource = (resourceType: string, id: string, more: object) => JSON.stringify({ resourceType, id, ...more })
const at = (reference: string) => ({ reference })

test('a bed counts for its ward, the whole hospital for nobody, a role for its person, and one person is one', async () => {
  const whole = folder('places')
  const staff = Array.from({ length: 10 }, (_, n) => [
    resource('Practitioner', `n${n}`, {}),
    resource('PractitionerRole', `r${n}`, {
      practitioner: at(`Practitioner/n${n}`),
      organization: at('Organization/all'),
      location: n < 3 ? [at('Location/ward')] : [],
    }),
  ]).flat()
  const period = { start: '2026-01-30', end: '2026-02-03' }
  writeFileSync(
    `${whole}/all.ndjson`,
    [
      ...staff,
      resource('Location', 'bed', { partOf: at('Location/ward'), managingOrganization: at('Organization/all') }),
      resource('Patient', 'p1', { meta: { security: [{ code: 'CEL' }] }, deceasedDateTime: '2026-03' }),
      resource('Person', 'x', { link: [{ target: at('Patient/p1') }, { target: at('Practitioner/n4') }] }),
      resource('Encounter', 'e', {
        status: 'in-progress',
        subject: at('Patient/p1'),
        period,
        location: [{ location: at('Location/bed') }],
        serviceProvider: at('Organization/all'),
      }),
      resource('Encounter', 'f', { status: 'cancelled', subject: at('Patient/p1'), period, serviceProvider: at('x') }),
      resource('CareTeam', 'c', {
        subject: at('Patient/p1'),
        period,
        participant: [{ member: at('PractitionerRole/r7') }],
      }),
      resource('ServiceRequest', 's', {
        subject: at('Patient/p1'),
        authoredOn: '2026-02-01T08:00:00Z',
        category: [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }],
        performer: [at('Practitioner/n8')],
      }),
      event({}),
    ].join('\n'),
  )
  const { hospital, close } = await openFhir(whole)
  close()
  const { names } = hospital
  const found: string[] = []
  hospital.relations.visit(names.of('Patient/p1'), (who, kind) => {
    found.push(`${RELATION_KINDS[kind]} ${names.word(who)}`)
  })
  assert.deepEqual(found.toSorted(), [
    'care-team Practitioner/n7',
    'encounter Location/bed',
    'encounter Location/ward',
    'referral Practitioner/n8',
  ])
  assert.equal(hospital.member(names.of('Practitioner/n1'))?.unit, 'Location/ward')
  assert.equal(hospital.member(names.of('Practitioner/n9'))?.unit, '')
  const patient = hospital.patient(names.of('Patient/p1'))
  assert.deepEqual([patient?.vip, patient?.employee], [true, 'Practitioner/n4'])
  assert.equal(patient?.deceasedAt, Date.parse('2026-03-01T00:00:00Z') / 60_000)
})
