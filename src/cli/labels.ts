import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chartwarden } from '../chartwarden.ts'
import { writeDurably } from '../kernel/durable-file.ts'
import { type Call, type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator, type Operator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

/** How far relabelling came, in the data folder: an interrupted run goes on from there. */
type Progress = { readonly rules: string; readonly after?: string; readonly finishedAt?: string }

const progressPath = (data: string) => join(data, 'relabel.json')

function readProgress(data: string): Progress | undefined {
  return existsSync(progressPath(data)) ? (JSON.parse(readFileSync(progressPath(data), 'utf8')) as Progress) : undefined
}

export const labels: Command = {
  usage: 'labels status|relabel',
  says: 'Sensitivity labels: how many records have which, and labelling anew when the rules have changed.',
  flags: {
    'dry-run': { type: 'boolean', says: 'relabel: says what would change, and changes nothing.' },
    all: { type: 'boolean', says: 'relabel: reseals every record, so that the database does not show which changed.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  more: 'Works while servers run; restart them first, so that they write under the new rules. An interrupted run goes on where it stopped.\nSee docs/labels.md.',
  run: (call) =>
    withInstallation(call.config, call.say, async ({ chartwarden }) => {
      const [verb] = call.positionals
      if (verb === 'status') return status(chartwarden, call)
      if (verb !== 'relabel') throw new UsageError('Say status or relabel.')
      const named = call.flags['operator'] as string | undefined
      return relabel(chartwarden, call, await currentOperator(chartwarden.database, call.config.data, named))
    }),
}

async function status({ records }: Chartwarden, { config, answer }: Call): Promise<number> {
  const { version, rules, codes } = records.labelRules
  const counted = await records.countLabels()
  const progress = readProgress(config.data)
  const finished = progress?.rules === version ? progress.finishedAt : undefined
  answer({ rules: version, ruleCount: rules.length, codes, relabelledAt: finished, ...counted }, [
    `Rules ${version}: ${rules.length} rules, ${codes} codes and ranges of codes.`,
    `${counted.labelled} of ${counted.records} records are labelled.`,
    ...Object.entries(counted.labels)
      .sort(([, a], [, b]) => b - a)
      .map(([label, n]) => `  ${label.padEnd(12)} ${n}`),
    finished === undefined
      ? `${counted.underOtherRules} of them were labelled under other rules${counted.underOtherRules === 0 ? '.' : ': npx chartwarden labels relabel --dry-run'}`
      : `All records were labelled under these rules on ${finished}.`,
  ])
  return 0
}

async function relabel(chartwarden: Chartwarden, call: Call, { actor }: Operator): Promise<number> {
  const { flags, config, say, answer } = call
  const { records, clock } = chartwarden
  const rules = records.labelRules.version
  const dryRun = flags['dry-run'] === true
  const progress = readProgress(config.data)
  const after = !dryRun && progress?.rules === rules ? progress.after : undefined
  const what = [`label-rules/${rules}`]
  await recordAct(chartwarden, actor, dryRun ? 'relabel-tried' : 'relabel-started', what)
  const keep = (now: Progress) => void (dryRun || writeDurably(progressPath(config.data), JSON.stringify(now)))
  let told = 0
  const tally = await records.relabelRecords({
    dryRun,
    all: flags['all'] === true,
    ...(after !== undefined && { after }),
    progress(done, of, last) {
      if (Date.now() - told < 1000) return
      told = Date.now()
      keep({ rules, after: last })
      say(`${done.toLocaleString('en')} of ${of.toLocaleString('en')} records`)
    },
  })
  if (!dryRun) await recordAct(chartwarden, actor, 'relabel-finished', what)
  keep({ rules, finishedAt: new Date(Math.floor(clock.now().getTime())).toISOString() })
  answer({ rules, dryRun, resumed: after !== undefined, ...tally }, [
    `${tally.records} records looked at, ${tally.versions} versions; ${tally.changed} ${dryRun ? 'would get' : 'got'} another label.`,
    ...Object.entries(tally.becomes).map(([says, n]) => `  ${says}: ${n}`),
  ])
  return 0
}
