import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type Access, type Class, isBlock, type Step } from '../access.ts'
import type { Alert } from '../alert.ts'
import type { Case } from '../cases/case.ts'
import type { ToldCase } from '../cases/told-case.ts'
import { createWatch, type Watch } from '../engine.ts'
import type { Hospital } from '../hospital/hospital.ts'
import { WATCH_DEFAULTS, type WatchSettings } from '../settings.ts'
import type { Verdict } from '../verdict.ts'
import { openRecords, type Records } from './open-records.ts'
import { createReplayCases, readVerdicts } from './replay-cases.ts'
import { type DayCounts, reportOf } from './report.ts'
import { createLines } from './write-lines.ts'

const DAY = 86_400_000

export type ReplayWish = {
  readonly folder: string
  readonly out: string
  /** Days of learning at the beginning. */
  readonly untilDay: number
  readonly settings?: Partial<WatchSettings>
  /** Told about every ten thousandth row, with the time the rows have come to. */
  readonly progress?: (rows: number, at: number) => void
  readonly onlooker?: Onlooker
}

/** Somebody who is told what a replay comes to, as it comes to it. */
export type Onlooker = {
  readonly began: (hospital: Hospital) => void
  readonly judged: (access: Access, verdict: Verdict) => void
  /** Of an alert, with the case it went into. */
  readonly alerted: (alert: Alert, of: Case) => void
}

export type ReplayResult = {
  rows: number
  unreadable: number
  outOfOrder: number
  from: string
  to: string
  staff: number
  patients: number
  explained: Record<Class, number>
  actions: Record<Step, number>
  held: number
  alerts: number
  cases: number
  /** Verdicts of verdicts.csv that closed a case, and those about which there was none. */
  verdicts: number
  verdictsUnmatched: number
}

export type Replayed = ReplayResult & { readonly told: readonly ToldCase[] }

export type AlertLine = Omit<Alert, 'at'> & { readonly row: number; readonly at: string }

/**
 * Judges a hospital's past accesses in the order of their times, as the live watch would have. Writes `alerts.ndjson` and
 * `decisions.csv`, `cases.json` and `report.html` into `out`. Verdicts of `verdicts.csv` are given when their time has come. Throws Refusal record.not-found when there is neither `accesses.csv` nor NDJSON.
 */
export async function replay(wish: ReplayWish, heard?: (line: AlertLine) => void): Promise<Replayed> {
  const records = await openRecords(wish.folder)
  try {
    return await judgeAll(wish, records, heard)
  } finally {
    records.close()
  }
}

async function judgeAll(wish: ReplayWish, records: Records, heard?: (line: AlertLine) => void): Promise<Replayed> {
  const { hospital, counts } = records
  wish.onlooker?.began(hospital)
  const given = await readVerdicts(wish.folder)
  const cases = createReplayCases(given.verdicts)
  mkdirSync(wish.out, { recursive: true })
  const alerts = createLines(join(wish.out, 'alerts.ndjson'))
  const decisions = createLines(join(wish.out, 'decisions.csv'), 'row,explained,action')
  const result: ReplayResult = {
    rows: 0,
    unreadable: counts.unreadable + given.unreadable,
    outOfOrder: 0,
    from: '',
    to: '',
    staff: counts.staff,
    patients: counts.patients,
    ...noCounts(),
    held: 0,
    alerts: 0,
    cases: 0,
    verdicts: 0,
    verdictsUnmatched: 0,
  }
  const days: DayCounts[] = []
  let gravest: AlertLine[] = []
  let watch: Watch | undefined
  let latest = 0
  for await (const access of records.accesses()) {
    const row = result.rows++
    if (access === undefined) {
      result.unreadable++
      await decisions.write(`${row},unexplained,allow`)
      continue
    }
    if (watch === undefined) {
      const learnUntil = (Math.floor(access.at / DAY) + wish.untilDay) * DAY
      watch = createWatch(hospital, { ...WATCH_DEFAULTS, learnUntil, ...wish.settings })
      result.from = new Date(access.at).toISOString()
    }
    if (access.at < latest) result.outOfOrder++
    else latest = access.at
    // What is out of order is judged at the latest time seen: the watch's windows never go back.
    const judged = access.at < latest ? { ...access, at: latest } : access
    result.verdicts += cases.turn(latest, watch.budget).length
    const verdict = watch.consider(judged)
    wish.onlooker?.judged(judged, verdict)
    const day = new Date(latest).toISOString().slice(0, 10)
    if (days.at(-1)?.day !== day) days.push({ day, ...noCounts(), alerts: 0 })
    const onDay = days.at(-1) as DayCounts
    for (const one of [result, onDay]) {
      one.explained[verdict.class]++
      one.actions[verdict.step]++
    }
    if (isBlock(verdict.step)) result.held++
    if (verdict.alert !== undefined) {
      const line: AlertLine = { row, ...verdict.alert, at: new Date(access.at).toISOString() }
      result.alerts++
      onDay.alerts++
      const of = cases.alert(verdict.alert, row)
      wish.onlooker?.alerted(verdict.alert, of)
      gravest.push(line)
      if (gravest.length > 2 * MOST_TOLD) gravest = worst(gravest)
      heard?.(line)
      await alerts.write(JSON.stringify(line))
    }
    const wait = decisions.write(`${row},${verdict.class},${verdict.step}`)
    if (wait !== undefined) await wait
    if (row % 10_000 === 0) wish.progress?.(row, access.at)
  }
  result.to = latest === 0 ? '' : new Date(latest).toISOString()
  await Promise.all([alerts.close(), decisions.close()])
  const told = await cases.finish(records, wish.out)
  result.cases = told.length
  result.verdictsUnmatched = given.verdicts.length - result.verdicts
  writeFileSync(
    join(wish.out, 'report.html'),
    reportOf({
      title: `The watch over ${basename(resolve(wish.folder))}`,
      rows: result.rows,
      staff: counts.staff,
      patients: counts.patients,
      unreadable: result.unreadable,
      learnedUntil:
        days[0] === undefined ? '' : new Date(Date.parse(days[0].day) + wish.untilDay * DAY).toISOString().slice(0, 10),
      expectedAlertsADay:
        ((wish.settings?.alertsPerThousandADay ?? WATCH_DEFAULTS.alertsPerThousandADay) * counts.staff) / 1000,
      days,
      alerts: worst(gravest),
      cases: told,
      measures: cases.counts.beside(watch?.measures() ?? []),
      flags: cases.counts.flags(),
    }),
  )
  return { ...result, told }
}

const MOST_TOLD = 200
const worst = (alerts: readonly AlertLine[]) =>
  [...alerts].sort((one, other) => other.score - one.score).slice(0, MOST_TOLD)

const noCounts = () => ({
  explained: { explained: 0, weak: 0, unexplained: 0, contra: 0 },
  actions: { allow: 0, ask: 0, slow: 0, 'step-up': 0, freeze: 0, quarantine: 0, 'read-only': 0 },
})
