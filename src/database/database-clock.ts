import type { Clock } from '../kernel/clock.ts'
import type { Sql } from './sql.ts'

const STRAYS_AFTER_MS = 2_000

export type DatabaseClock = Clock & {
  /** Asks the database again. Throws what the query throws. */
  check(): Promise<void>
  /** How far this machine's wall clock is from the database's, in milliseconds. */
  strayMs(): number
  straying(): boolean
}

/**
 * The database's clock, carried forward by this process's monotonic one, so that a wall clock that is set
 * while we run changes nothing. A node whose wall clock strays by more than two seconds is not ready.
 */
export async function openDatabaseClock(sql: Sql): Promise<DatabaseClock> {
  let offset = 0
  const clock: DatabaseClock = {
    now: () => new Date(performance.now() + offset),
    async check() {
      const before = performance.now()
      const [row] = await sql.query<{ ms: number }>('select extract(epoch from clock_timestamp()) * 1000 as ms')
      const after = performance.now()
      offset = Number(row?.ms) - (before + after) / 2
    },
    strayMs: () => Math.abs(clock.now().getTime() - Date.now()),
    straying: () => clock.strayMs() > STRAYS_AFTER_MS,
  }
  await clock.check()
  return clock
}
