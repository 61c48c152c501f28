import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packEvidence } from '../watch/cases/evidence-pack.ts'
import type { ToldCase } from '../watch/cases/told-case.ts'
import { readLines } from '../watch/replay/read-lines.ts'
import { type Call, EXIT, type Flag, UsageError } from './command.ts'

export const CASE_FLAGS: Readonly<Record<string, Flag>> = {
  pack: { type: 'string', says: 'With case: also write an evidence pack, JSON with hashes, into this file.' },
}

export function readCases(folder: string): ToldCase[] {
  const path = join(folder, 'cases.json')
  if (!existsSync(path)) throw new UsageError(`There is no ${path}; watch replay writes it.`)
  return JSON.parse(readFileSync(path, 'utf8')) as ToldCase[]
}

/** Shows the cases of a replay, or one of them, and packs it for handing over. */
export async function watchCase({ positionals, flags, answer }: Call): Promise<number> {
  const [, folder, id] = positionals
  if (folder === undefined) throw new UsageError('Say watch case, the folder a replay wrote into, and perhaps a case.')
  const cases = readCases(resolve(folder))
  if (id === undefined) {
    if (flags.pack !== undefined) throw new UsageError('Say which case to pack.')
    answer(cases, cases.length === 0 ? ['There are no cases.'] : cases.map((one) => `${one.id}: ${one.says}`))
    return EXIT.fine
  }
  const found = cases.find((one) => one.id === id)
  if (found === undefined) throw new UsageError(`There is no ${id} in ${join(resolve(folder), 'cases.json')}.`)
  const lines = linesOf(found)
  if (typeof flags.pack === 'string') {
    await pack(resolve(folder), found, resolve(flags.pack))
    lines.push(`Evidence pack: ${resolve(flags.pack)}`)
  }
  answer(found, lines)
  return EXIT.fine
}

function linesOf(one: ToldCase): string[] {
  const { exposed, stage } = one
  return [
    `${one.id}: ${one.says}`,
    ...(stage === undefined ? [] : [`Stage: ${stage.id}, for ${stage.says}. Likely next: ${stage.likely}.`]),
    ...one.timeline.map(({ at, says }) => `  ${at.slice(0, 19).replace('T', ' ')}  ${says}`),
    ...(exposed.beforeBlock.length === 0 ? [] : ['Exposed before the first block:']),
    ...exposed.beforeBlock
      .slice(0, 20)
      .map(
        (of) => `  ${of.patient || '(none named)'} ${of.resourceType}: ${of.records}, ${of.unexplained} unexplained`,
      ),
    ...(exposed.beforeBlock.length > 20 ? [`  and ${exposed.beforeBlock.length - 20} more in cases.json`] : []),
    ...(one.wouldHaveExplained.length === 0 ? [] : [`Would have explained it: ${one.wouldHaveExplained.join('; ')}.`]),
    ...one.similar.map(
      (other) =>
        `Similar: ${other.id}, ${Math.round(other.likeness * 100)} % alike${other.finding === undefined ? '' : `, found ${other.finding}: ${other.reason}`}`,
    ),
  ]
}

async function pack(folder: string, found: ToldCase, to: string) {
  const wanted = new Set<number>(found.exposed.refs.filter((ref) => typeof ref === 'number'))
  const alertRows = new Set<number>()
  for (const { row } of found.alerts) if (row !== undefined) alertRows.add(row)
  const alerts: string[] = []
  for await (const lines of readLines(join(folder, 'alerts.ndjson')))
    for (const line of lines)
      if (line !== '' && alertRows.has((JSON.parse(line) as { row: number }).row)) alerts.push(line)
  const decisions: string[] = []
  let row = -2
  for await (const lines of readLines(join(folder, 'decisions.csv')))
    for (const line of lines) {
      row++
      if (row === -1 || wanted.has(row) || alertRows.has(row)) decisions.push(line)
    }
  const files: Record<string, string> = {}
  for (const name of ['alerts.ndjson', 'decisions.csv', 'cases.json']) files[name] = await digestOf(join(folder, name))
  const text = JSON.stringify(packEvidence({ case: found, alerts, decisions }, files, new Date()), null, 1)
  writeFileSync(to, `${text}\n`, { mode: 0o600 })
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}
