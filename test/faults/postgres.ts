import { realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readPassword } from '../../src/database/embedded-cluster.ts'
import { choosePlace } from '../../src/database/embedded-place.ts'
import { connectionTo } from '../../src/database/embedded-presence.ts'
import { isServing, processesOf, readPostmaster } from '../../src/database/embedded-process.ts'
import { type Database, openDatabase } from '../../src/database/sql.ts'

const clusterOf = (data: string) => realpathSync(choosePlace(data).cluster)

/** The pid of the postmaster that serves a data folder; undefined when none does. */
export function postmasterOf(data: string): number | undefined {
  const cluster = clusterOf(data)
  const pid = readPostmaster(cluster)?.pid
  return pid !== undefined && isServing(pid, cluster) ? pid : undefined
}

/** Every process but the postmaster: backends, writers, the checkpointer. */
export function backendsOf(data: string): number[] {
  const postmaster = postmasterOf(data)
  return processesOf(clusterOf(data)).filter((pid) => pid !== postmaster)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

export function killPostmaster(data: string): void {
  const pid = postmasterOf(data)
  if (pid !== undefined) kill(pid)
}

/** Kills one; the postmaster then ends all others and recovers. */
export function killBackend(data: string, pick: (some: readonly number[]) => number): void {
  const some = backendsOf(data)
  if (some.length > 0) kill(pick(some))
}

/** Kills every process in the same moment: what was not written yet is nowhere, as when the power goes. */
export function cutPower(data: string): void {
  for (const pid of [postmasterOf(data), ...backendsOf(data)]) if (pid !== undefined) kill(pid)
}

export async function postgresGone(data: string): Promise<void> {
  while (processesOf(clusterOf(data)).length > 0) await sleep(20)
}

/** Asks the database of a data folder behind the server's back. It must be up. */
export async function asDatabase<T>(data: string, body: (database: Database) => Promise<T>): Promise<T> {
  const postmaster = readPostmaster(clusterOf(data))
  if (postmaster === undefined) throw new Error(`no PostgreSQL serves ${data}`)
  const database = openDatabase(connectionTo(postmaster, readPassword(choosePlace(data).folder)), 2)
  try {
    return await body(database)
  } finally {
    await database.close()
  }
}
