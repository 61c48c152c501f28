import { mkdirSync, writeFileSync } from 'node:fs'
import { ACCESS_COLUMNS, type Access, accessLine, type Campaign } from './access.ts'
import { planAttacks } from './attacks/plan.ts'
import { type Attack, createRaid } from './attacks/raid.ts'
import { type Day, dayOf, isoOf } from './calendar.ts'
import { createChartVisits } from './chart-visits.ts'
import { createChartWork } from './chart-work.ts'
import { createDeskQueues } from './desk-queues.ts'
import { createDetours } from './detours.ts'
import { createEveningWork } from './evening-work.ts'
import { buildUnits, createHospital, type Hospital } from './hospital.ts'
import { createMachines } from './machines.ts'
import type { SimulationParameters } from './parameters.ts'
import { createPatientFlow } from './patient-flow.ts'
import { hireStaff, installMachines, registerPatients } from './people.ts'
import { createRandom, type Random } from './random.ts'
import { openRelations } from './relations.ts'
import { createRota } from './rota.ts'
import { createSessions } from './sessions.ts'
import { createStressorWork } from './stressor-work.ts'
import { planStressors, type Stressor, windowOf } from './stressors.ts'
import { createVocabulary } from './vocabulary.ts'
import { openCsv } from './write-csv.ts'
import { writePeople } from './write-people.ts'

export const TRUTH_COLUMNS = ['row', 'malicious', 'scenario', 'stealth', 'campaign', 'explainable', 'stressor'] as const

export type Counts = {
  accesses: number
  /** Rows that open a patient's chart, honest ones. */
  honestCharts: number
  honestExplained: number
  malicious: number
  maliciousExplained: number
  relations: number
  shifts: number
}

/** Writes a hospital and its days into the folder, one day after the other. The same parameters write the same bytes. */
export function simulateHospital(
  given: SimulationParameters,
  folder: string,
  progress: (day: number, rows: number) => void = () => {},
): Counts {
  mkdirSync(folder, { recursive: true })
  const seed = createRandom(given.seed)
  const hospital = openHospital(seed, given)
  const stressors = planStressors(seed.fork('stressors'), given)
  const attacks = planAttacks(hospital, seed, given)
  const relations = openRelations(hospital, folder)
  const sessions = createSessions(hospital, seed)
  const queues = createDeskQueues(hospital, seed, relations)
  const detours = createDetours(hospital, seed)
  const rota = createRota(hospital, seed, relations, stressors)
  const flow = createPatientFlow(hospital, seed, relations, stressors, queues, given.start)
  const visits = createChartVisits(hospital, seed)
  const chartWork = createChartWork(seed, sessions, queues, detours, visits)
  const evening = createEveningWork(hospital, seed, relations, sessions, visits)
  const machines = createMachines(hospital, seed, relations, sessions, queues)
  const extra = createStressorWork(hospital, seed, relations, sessions, machines, stressors)
  const accesses = openCsv(`${folder}/accesses.csv`, ACCESS_COLUMNS)
  const truth = openCsv(`${folder}/truth.csv`, TRUTH_COLUMNS)
  const counts: Counts = {
    accesses: 0,
    honestCharts: 0,
    honestExplained: 0,
    malicious: 0,
    maliciousExplained: 0,
    relations: 0,
    shifts: 0,
  }
  machines.enrol(dayOf(given.start, 0).from)

  const write = (row: Access): void => {
    const explained = row.patient >= 0 && relations.explains(row.session.actor, row.patient, row.at)
    const { campaign } = row
    const at = accesses.rows
    accesses.line(accessLine(hospital, row))
    const stressor = campaign === undefined ? row.session.stressor : ''
    truth.line(
      `${at},${campaign ? 1 : 0},${campaign?.scenario ?? ''},${campaign?.stealth ?? ''},${campaign?.id ?? ''},${explained ? 1 : 0},${stressor}`,
    )
    if (campaign !== undefined) {
      counts.malicious++
      if (explained) counts.maliciousExplained++
      noteRow(campaign, row, at, explained)
    } else if (row.patient >= 0) {
      counts.honestCharts++
      if (explained) counts.honestExplained++
    }
    if (stressor !== '') for (const one of stressors) if (one.name === stressor) one.rows++
  }

  let rows: Access[] = []
  for (let index = 0; index < given.days; index++) {
    const day = dayOf(given.start, index)
    sessions.newDay()
    queues.begin(day)
    const duties = rota.plan(day)
    const today = flow.advance(day, duties)
    detours.newDay(today)
    chartWork.newDay(today, duties, day)
    for (const duty of duties) chartWork.work(duty, day, rows)
    evening(day, today, rows)
    machines.run(day, rows)
    extra(day, rows)
    rows.push(...attackRows(attacks, seed, { hospital, day, today, honest: rows, relations, sessions, machines }))
    const before = { ...counts }
    rows = writeDay(rows, day, write)
    const charts = counts.honestCharts - before.honestCharts
    const explained = counts.honestExplained - before.honestExplained
    detours.learn(explained, charts - explained)
    relations.forget(day.from)
    progress(index + 1, accesses.rows)
  }
  counts.accesses = accesses.rows
  Object.assign(counts, relations.counts)
  for (const file of [accesses, truth, relations]) file.close()
  writePeople(hospital, folder)
  writeFileSync(
    `${folder}/hospital.json`,
    `${JSON.stringify(summaryOf(given, hospital, attacks, stressors, counts), null, 1)}\n`,
  )
  return counts
}

function openHospital(seed: Random, given: SimulationParameters): Hospital {
  const words = createVocabulary(seed.fork('vocabulary'), given.patients)
  const units = buildUnits(seed.fork('units'), words, given.staff)
  const staff = hireStaff(seed.fork('staff'), words, units, given)
  const patients = registerPatients(seed.fork('patients'), words, staff, given)
  return createHospital(units, [...staff, ...installMachines(words, units, staff.length, given.start)], patients)
}

/** Writes what lies in the day, in order of time, and returns what lies after it. */
function writeDay(rows: Access[], day: Day, write: (row: Access) => void): Access[] {
  const after: Access[] = []
  const now: Access[] = []
  for (const row of rows) {
    if (row.at >= day.to) after.push(row)
    else now.push(row.at < day.from ? { ...row, at: day.from } : row)
  }
  now.sort((a, b) => a.at - b.at)
  for (const row of now) write(row)
  return after
}

type Setting = Omit<Parameters<typeof createRaid>[0], never>

function attackRows(attacks: readonly Attack[], seed: Random, scene: Setting): Access[] {
  const rows: Access[] = []
  for (const attack of attacks) {
    const { day } = scene
    if (day.index < attack.fromDay || day.index > attack.toDay) continue
    attack.act(scene, createRaid(scene, attack.campaign, seed.fork(`${attack.campaign.id}/${day.index}`), rows))
  }
  return rows
}

function noteRow(campaign: Campaign, row: Access, at: number, explained: boolean): void {
  campaign.from = Math.min(campaign.from, row.at)
  campaign.to = Math.max(campaign.to, row.at)
  if (explained) campaign.explainable++
  if (row.records !== undefined) campaign.modified.push({ row: at, action: row.action, records: row.records })
}

function summaryOf(
  given: SimulationParameters,
  hospital: Hospital,
  attacks: readonly Attack[],
  stressors: readonly Stressor[],
  counts: Counts,
): unknown {
  const { seed, start, ...parameters } = given
  return {
    seed,
    parameters: { ...parameters, start: isoOf(start).slice(0, 10) },
    learnUntil: isoOf(dayOf(start, given.learnDays).from),
    counts: {
      ...counts,
      staff: given.staff,
      actors: hospital.actors.length,
      patients: hospital.patients.length,
      units: hospital.units.length,
    },
    campaigns: attacks.map(({ campaign: { actors, patients, from, to, ...rest } }) => ({
      ...rest,
      actors: [...actors].map((one) => hospital.actors[one]!.id),
      patients: patients.size,
      from: rest.rows > 0 ? isoOf(from) : null,
      to: rest.rows > 0 ? isoOf(to) : null,
    })),
    stressors: stressors.map((one) => {
      const { from, to } = windowOf(dayOf(start, 0).from, one)
      return { name: one.name, from: isoOf(from), to: isoOf(to), rows: one.rows }
    }),
  }
}
