/** For tests only: what a clean refusal is, and that nothing was stored by it. */
import assert from 'node:assert/strict'
import type { Reply } from './asking.ts'
import type { Running } from './running.ts'

/** A 4xx in FHIR's own words, whatever was wrong. */
export function assertRefused(reply: Reply, what: string, ...statuses: readonly number[]): void {
  const said = `${what}: ${reply.status} ${reply.text.slice(0, 200)}`
  assert.ok(statuses.length > 0 ? statuses.includes(reply.status) : reply.status >= 400 && reply.status < 500, said)
  assert.equal(reply.json?.resourceType, 'OperationOutcome', said)
  assert.ok(reply.json.issue.length > 0 && reply.json.issue[0].severity === 'error', said)
  assert.match(reply.headers.get('content-type') ?? '', /^application\/fhir\+json/, said)
  if (reply.status === 401) assert.match(reply.headers.get('www-authenticate') ?? '', /^Bearer/, said)
}

const TABLES = [
  'owners',
  'record_heads',
  'record_versions',
  'index_pages',
  'search_tokens',
  'care_relations',
  'imports',
  'clients',
]

/** How many rows each table of records has. */
export async function storedRows(running: Running): Promise<Record<string, number>> {
  const sql = await running.database()
  const counts = TABLES.map((table) => `(select count(*) from ${table}) as ${table}`)
  const [row] = await sql.query<Record<string, number>>(`select ${counts.join(', ')}`)
  return row as Record<string, number>
}

/** Runs `attack`, after which everything is as it was: the rows, the process, and the log is silent: no defect was met. */
export async function leavingNothing(running: Running, attack: () => Promise<void>): Promise<void> {
  const before = { rows: await storedRows(running), pid: running.pid, log: running.log() }
  await attack()
  assert.deepEqual({ rows: await storedRows(running), pid: running.pid, log: running.log() }, before)
  assert.equal((await fetch(`${running.url}/healthz`)).status, 200)
}

/** Does `work` for every item, some at once; after the first failure begins none. */
export async function forEachOf<T>(items: Iterable<T>, work: (item: T) => Promise<void>, atOnce = 8): Promise<void> {
  const waiting = [...items].reverse()
  const lane = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item)
  }
  const lanes = await Promise.allSettled(
    Array.from({ length: atOnce }, () =>
      lane().catch((error) => {
        waiting.length = 0
        throw error
      }),
    ),
  )
  for (const one of lanes) if (one.status === 'rejected') throw one.reason
}
