import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { actorOfClient } from '../identity/clients.ts'
import type { Actor } from '../kernel/actor.ts'
import { queryPairs } from '../kernel/query-pairs.ts'
import { Refusal } from '../kernel/refusal.ts'
import { splitBundle } from '../records/fhir/split-bundle.ts'
import type { Records } from '../records/records.ts'
import { type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

const PAGE = 500
const BASE = 'export:'

/** Every record of a type that the actor may read, page by page, as JSON text exactly as stored. */
async function* recordsOf(records: Records, actor: Actor, type: string): AsyncGenerator<string> {
  const who = { actor, requestId: `export-${randomUUID()}` }
  for (let query: string | undefined = `_count=${PAGE}&_sort=_lastUpdated`; query !== undefined; ) {
    const text = (await records.searchRecords(who, type, queryPairs(query), BASE)).text.toString()
    for (const { text: resource } of splitBundle(text).entries) if (resource !== undefined) yield resource
    const { link } = JSON.parse(text) as { link: { relation: string; url: string }[] }
    query = link.find((one) => one.relation === 'next')?.url.split('?')[1]
  }
}

export const exportCommand: Command = {
  usage: 'export --as <client> <folder>',
  says: 'Writes what a client may read as NDJSON, a file a type; each release is in the ledger.',
  flags: {
    as: { type: 'string', says: 'The client in whose name it is released; it needs system/*.rs.' },
    type: { type: 'string', says: 'Only these types, separated by commas.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  more: 'What is written lies in the clear: put the folder where only the receiver can read it.',
  run: ({ config, positionals: [folder], flags, say, answer }) => {
    const { as, type: only } = flags
    if (folder === undefined || typeof as !== 'string')
      throw new UsageError('Say for whom and where: export --as <client> <folder>')
    return withInstallation(config, say, async ({ chartwarden }) => {
      const { records, clients, database } = chartwarden
      const operator = await currentOperator(database, config.data, flags.operator as string | undefined)
      const client = await clients.find(as)
      if (client === undefined)
        throw new Refusal('identity.unknown', `There is no client ${as}. See: npx chartwarden client list`)
      const actor: Actor = { ...actorOfClient(client), act: operator.actor }
      await recordAct(chartwarden, actor, 'export')
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const wanted = typeof only === 'string' ? only.split(',') : await records.typesWithRecords()
      const counts: Record<string, number> = {}
      for (const type of wanted) {
        const file = openSync(join(folder, `${type}.ndjson`), 'w', 0o600)
        try {
          let count = 0
          for await (const text of recordsOf(records, actor, type)) {
            writeSync(file, `${text}\n`)
            count += 1
          }
          fsyncSync(file)
          counts[type] = count
          say(`${type}: ${count.toLocaleString('en')}`)
        } finally {
          closeSync(file)
        }
      }
      const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
      answer({ folder, resources: all, counts }, [`${all.toLocaleString('en')} resources in ${folder}.`])
      return 0
    })
  },
}
