import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Class, Step } from '../access.ts'
import type { Alert } from '../alert.ts'
import type { Budget } from '../calibrate/budget.ts'
import { type Case, type CaseVerdict, FINDINGS, type Finding } from '../cases/case.ts'
import { createExposed } from '../cases/exposed.ts'
import { createGatherCases } from '../cases/gather-cases.ts'
import { type ToldCase, tellCase } from '../cases/told-case.ts'
import { createVerdictCounts, teach } from '../cases/verdict-counts.ts'
import type { Records } from './open-records.ts'
import { readCsv, timeOf } from './read-csv.ts'
import { readLines } from './read-lines.ts'

/** One row of verdicts.csv: about a case's id, or a person, patient or place of it. */
export type GivenVerdict = CaseVerdict & { readonly about: string }

/** What people found, from verdicts.csv, in the order of time; and how many rows could not be read. */
export async function readVerdicts(folder: string): Promise<{ verdicts: GivenVerdict[]; unreadable: number }> {
  const path = join(folder, 'verdicts.csv')
  const verdicts: GivenVerdict[] = []
  let unreadable = 0
  if (!existsSync(path)) return { verdicts, unreadable }
  for await (const [time = '', about = '', finding = '', reason = '', by = ''] of readCsv(path, [
    'at',
    'about',
    'finding',
    'reason',
    'by',
  ])) {
    const at = timeOf(time)
    if (Number.isNaN(at) || about === '' || !(FINDINGS as readonly string[]).includes(finding)) unreadable++
    else verdicts.push({ at, about, finding: finding as Finding, reason, by: by === '' ? 'somebody' : by })
  }
  return { verdicts: verdicts.toSorted((one, other) => one.at - other.at), unreadable }
}

/** The cases of a replay: they grow with its alerts, and verdicts come when their time has come. */
export function createReplayCases(verdicts: readonly GivenVerdict[]) {
  const gather = createGatherCases()
  const counts = createVerdictCounts()
  let next = 0
  return {
    counts,
    alert: (alert: Alert, row: number): Case => gather.add({ ...alert, row }),
    /** Gives the verdicts whose time has come. Returns the cases they closed. */
    turn(now: number, budget: Budget): Case[] {
      const closed: Case[] = []
      for (; next < verdicts.length && (verdicts[next] as GivenVerdict).at <= now; next++) {
        const { about, ...verdict } = verdicts[next] as GivenVerdict
        const found = gather.about(about, verdict.at)
        if (found !== undefined && teach(found, verdict, { budget, counts })) closed.push(found)
      }
      return closed
    },
    /** Goes over the accesses once more, finds what was exposed, and writes cases.json. */
    async finish(records: Records, out: string): Promise<ToldCase[]> {
      const cases = gather.all()
      const exposures = cases.length === 0 ? [] : await exposuresOf(cases, records, out)
      const told = cases.map((one, at) => tellCase(one, cases, exposures[at]))
      writeFileSync(join(out, 'cases.json'), `[\n${told.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)
      return told
    },
  }
}

async function exposuresOf(cases: readonly Case[], records: Records, out: string) {
  const exposed = createExposed(cases)
  const decisions = decisionsOf(join(out, 'decisions.csv'))
  await decisions.next()
  let ref = 0
  let latest = 0
  for await (const access of records.accesses()) {
    const line = (await decisions.next()).value ?? ''
    const row = ref++
    if (access === undefined) continue
    latest = Math.max(latest, access.at)
    if (!exposed.interests(access)) continue
    const [, judged = '', step = ''] = line.split(',')
    exposed.note({ ...access, at: latest, ref: row, class: judged as Class, step: step as Step })
  }
  return exposed.exposures()
}

async function* decisionsOf(path: string): AsyncGenerator<string> {
  for await (const lines of readLines(path)) yield* lines
}
