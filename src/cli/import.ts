import { randomUUID } from 'node:crypto'
import type { Chartwarden } from '../chartwarden.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type ImportItem, readItems, sourceDigest } from '../records/import-items.ts'
import { type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { type Source, sourcesOf } from './read-sources.ts'
import { recordAct } from './record-act.ts'

export type Refused = {
  readonly file: string
  readonly index: number
  readonly reason: string
  readonly expression?: string
}
export type Tally = { imported: number; alreadyThere: number; refused: Refused[]; files: number; seconds: number }

/** Bundles that are on their way at once, and single resources. */
const SOURCES_AT_ONCE = 3
const ITEMS_AT_ONCE = 64

const importer = (act: Actor): Actor => ({
  kind: 'machine',
  id: 'import',
  name: 'import',
  role: 'import',
  scopes: [],
  purpose: 'HOPERAT',
  act,
})

/** Imports everything under the paths; reports each refusal, goes on with the rest. */
export async function importAll(
  chartwarden: Chartwarden,
  operator: Actor,
  paths: readonly string[],
  progress: (tally: Tally, files: number) => void,
): Promise<Tally> {
  const sources = paths.flatMap(sourcesOf)
  const who = { actor: importer(operator), requestId: `import-${randomUUID()}` }
  const tally: Tally = { imported: 0, alreadyThere: 0, refused: [], files: 0, seconds: 0 }
  const began = performance.now()
  await recordAct(chartwarden, who.actor, 'import')
  const tick = setInterval(() => {
    tally.seconds = (performance.now() - began) / 1000
    progress(tally, sources.length)
  }, 1000)
  try {
    for (const folder of new Set(sources.map((source) => source.folder))) {
      await atOnce(
        SOURCES_AT_ONCE,
        sources.filter((source) => source.folder === folder),
        (source) => importSource(source),
      )
    }
  } finally {
    clearInterval(tick)
  }
  tally.seconds = (performance.now() - began) / 1000
  return tally

  async function importSource(source: Source): Promise<void> {
    try {
      const text = await source.read()
      const digest = sourceDigest(text)
      await atOnce(ITEMS_AT_ONCE, readItems(text), (item) => importOne(source, digest, item))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(source, 0, error)
    }
    tally.files += 1
  }

  async function importOne(source: Source, digest: Buffer, item: ImportItem): Promise<void> {
    const { outcome, refusal } = await chartwarden.records.importItem(who, digest, item)
    if (outcome === 'imported') tally.imported += item.resources
    else if (outcome === 'there') tally.alreadyThere += item.resources
    else refuse(source, item.index, refusal as Refusal)
  }

  function refuse(source: Source, index: number, refusal: Refusal): void {
    const issue = refusal.issues.find((one) => one.severity === 'error')
    tally.refused.push({
      file: source.name,
      index,
      reason: issue?.text ?? refusal.message,
      ...(issue?.expression !== undefined && { expression: issue.expression }),
    })
  }
}

async function atOnce<T>(most: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane))
}

const number = (value: number): string => Math.round(value).toLocaleString('en')

export const importCommand: Command = {
  usage: 'import <file|folder|->',
  says: 'Imports FHIR: bundles, resources, NDJSON, gzip; resumes where it stopped.',
  flags: { operator: { type: 'string', says: 'Who you are, when several operators have keys here.' } },
  run: ({ config, positionals, flags, say, answer, json }) => {
    if (positionals.length === 0) throw new UsageError('Say what to import: a file, a folder, or - for standard input.')
    return withInstallation(config, say, async ({ chartwarden }) => {
      const { actor } = await currentOperator(chartwarden.database, config.data, flags.operator as string | undefined)
      const tally = await importAll(chartwarden, actor, positionals, (now, files) => {
        say(
          `${number(now.imported)} imported, ${now.refused.length} refused, ${now.files} of ${files} files, ${number(now.imported / now.seconds)} a second`,
        )
      })
      if (!json)
        for (const one of tally.refused)
          process.stderr.write(`refused: ${one.file} #${one.index} ${one.expression ?? ''}: ${one.reason}\n`)
      answer({ ...tally, perSecond: Math.round(tally.imported / tally.seconds) }, [
        `${number(tally.imported)} imported, ${number(tally.alreadyThere)} there already, ${tally.refused.length} refused, in ${tally.seconds.toFixed(1)} s (${number(tally.imported / tally.seconds)} a second).`,
      ])
      return tally.refused.length === 0 ? 0 : 3
    })
  },
}
