import { existsSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '../kernel/refusal.ts'

const SQLITE_BUSY = 5

/**
 * Runs `body` while no other process (or other call in this one) runs one under the same file. The lock is the
 * kernel's own, taken through an empty SQLite file: it ends with its process, also at kill -9, so it is never stale.
 * Refuses after `patienceMs`.
 */
export async function alone<T>(file: string, patienceMs: number, waiting: () => void, body: () => Promise<T>) {
  const until = Date.now() + patienceMs
  for (let told = false; ; ) {
    const lock = taken(file)
    if (lock !== undefined) {
      try {
        return await body()
      } finally {
        lock.close()
      }
    }
    if (Date.now() > until) {
      throw new Refusal(
        'database.unavailable',
        `Another process has held ${file} for too long. Stop it, then try again.`,
      )
    }
    if (!told) waiting()
    told = true
    await sleep(50)
  }
}

function taken(file: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined
  try {
    if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600, flag: 'a' })
    lock = new DatabaseSync(file)
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock?.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined
    throw new Refusal('start.unsafe', `${file} cannot be locked. Is the folder writable, and on a local disk?`, {
      cause: error,
    })
  }
}
