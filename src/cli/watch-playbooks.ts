import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { exportPlaybook } from '../watch/playbooks/export-playbook.ts'
import { parsePlaybook } from '../watch/playbooks/parse-playbook.ts'
import { PLAYBOOKS, readPlaybooks } from '../watch/playbooks/read-playbooks.ts'
import { type TriedPlaybook, tryPlaybooks } from '../watch/playbooks/try-playbooks.ts'
import { readAlerts } from '../watch/replay/read-alerts.ts'
import { timeOf } from '../watch/replay/read-csv.ts'
import { type Call, EXIT, type Flag, UsageError } from './command.ts'

const MONTH = 30 * 86_400_000

export const PLAYBOOKS_FLAGS: Readonly<Record<string, Flag>> = {
  playbooks: { type: 'string', says: 'With playbooks: a folder of playbooks, instead of those that come along.' },
  since: { type: 'string', says: 'With playbooks try: from this day on; the last 30 days when not said.' },
}

/** Checks playbooks, shows what they would have done, or writes one as CACAO 2.0. It never does what they say. */
export async function watchPlaybooks(call: Call): Promise<number> {
  const [, verb, what] = call.positionals
  if (verb === 'check') return check(call)
  if (verb === 'try') return tryOn(call, what)
  if (verb === 'export') return exportOne(call, what)
  throw new UsageError('Say watch playbooks check, try <replay-out-folder> or export <file>.')
}

const folderOf = ({ flags }: Call): string =>
  typeof flags.playbooks === 'string' ? resolve(flags.playbooks) : PLAYBOOKS

function check(call: Call): number {
  const { playbooks, faults } = readPlaybooks(folderOf(call))
  call.answer({ playbooks: playbooks.map(({ file, name, id }) => ({ file, name, id })), faults }, [
    ...playbooks.map((one) => `${one.file}: ${one.name}; ${one.steps.size} steps.`),
    ...faults.map((one) => `${one.file}: ${one.place}: ${one.says}`),
    faults.length === 0 ? 'All playbooks are in order.' : `${faults.length} faults.`,
  ])
  return faults.length === 0 && playbooks.length > 0 ? EXIT.fine : EXIT.failed
}

async function tryOn(call: Call, folder: string | undefined): Promise<number> {
  if (folder === undefined) throw new UsageError('Say watch playbooks try and the folder a replay wrote into.')
  const { playbooks, faults } = readPlaybooks(folderOf(call))
  if (faults[0] !== undefined) throw new UsageError(`${faults[0].file}: ${faults[0].place}: ${faults[0].says}`)
  const alerts = await readAlerts(resolve(folder))
  const last = alerts.reduce((latest, one) => Math.max(latest, one.at), 0)
  const since = call.flags.since === undefined ? last - MONTH : timeOf(String(call.flags.since))
  if (Number.isNaN(since)) throw new UsageError('--since is a day, such as 2026-01-05.')
  const tried = tryPlaybooks(playbooks, alerts, since)
  call.answer(
    { since: new Date(since).toISOString(), playbooks: tried.map((one) => ({ ...one, cases: one.cases.size })) },
    tried.flatMap(linesOf),
  )
  return EXIT.fine
}

function linesOf({ playbook, file, alerts, cases, steps, examples }: TriedPlaybook): string[] {
  if (alerts === 0) return [`${playbook} (${file}): would have done nothing.`]
  const done = Object.entries(steps).filter(([, count]) => count > 0)
  return [
    `${playbook} (${file}): ${alerts} alerts in ${cases.size} cases: ${done.map(([kind, count]) => `${kind} ${count}`).join(', ')}.`,
    ...examples.map(
      (one) =>
        `  ${new Date(one.dueAt).toISOString().slice(0, 16).replace('T', ' ')} ${one.kind}${one.actor === undefined ? '' : ` about ${one.actor}`}: “${one.text}”${one.expiresAt === undefined ? '' : ` until ${new Date(one.expiresAt).toISOString().slice(0, 16).replace('T', ' ')}`}`,
    ),
  ]
}

function exportOne(call: Call, file: string | undefined): number {
  if (file === undefined || !existsSync(file))
    throw new UsageError('Say watch playbooks export and the file of a playbook.')
  const given = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>
  const parsed = parsePlaybook(file, given)
  const fault = Array.isArray(parsed) ? parsed[0] : undefined
  if (fault !== undefined) throw new UsageError(`${file}: ${fault.place}: ${fault.says}`)
  const exported = exportPlaybook(given)
  call.answer(exported, [JSON.stringify(exported, null, 2)])
  return EXIT.fine
}
