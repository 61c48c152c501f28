import type { Database, Sql } from '../database/sql.ts'
import { Refusal } from '../kernel/refusal.ts'
import { LedgerDamaged, MOST_AT_ONCE } from './sequence.ts'
import { readHead, writeHead } from './tree-store.ts'

const EVERY_MS = 500
const TRY_AGAIN_MS = 1_000

export type Sequencing = {
  /** Takes in all that is durable now, if this node holds the fence; else waits for the one that does. */
  settle(): Promise<void>
  /** Why the ledger cannot go on, when it cannot. */
  damage(): LedgerDamaged | undefined
  /** Whether this node is the one that writes the tree now. */
  holds(): boolean
  stop(): Promise<void>
}

/**
 * Keeps one sequencer for a database, whatever the number of nodes.
 *
 * - WAITING   another node holds the advisory lock; asked again every second
 * - HOLDING   this node has the lock and a fence of its own; `sequence` runs twice a second while entries come
 * - DAMAGED   the chain or the head is not what was written; the node is not ready, nothing is appended over it
 * - STOPPED   the lock is given back
 *
 * The fence makes a node that lost its lock without noticing harmless: its next run finds a newer fence.
 */
export function keepSequencing(database: Database, sequence: (fence: number) => Promise<number>): Sequencing {
  let held: { connection: Sql & { release(): void }; fence: number } | undefined
  let damaged: LedgerDamaged | undefined
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  async function hold(): Promise<void> {
    const connection = await database.reserve()
    try {
      const [row] = await connection.query<{ got: boolean }>('select pg_try_advisory_lock(7306, 2) as got')
      if (row?.got !== true) return connection.release()
      const fence = await database.within(async (tx) => {
        const head = await readHead(tx, true)
        await writeHead(tx, { ...head, fence: head.fence + 1 })
        return head.fence + 1
      })
      held = { connection, fence }
    } catch (error) {
      connection.release()
      throw error
    }
  }

  function letGo(): void {
    held?.connection.release()
    held = undefined
  }

  async function turn(): Promise<void> {
    if (held === undefined) await hold()
    if (held === undefined) return
    try {
      await held.connection.query('select 1')
      while ((await sequence(held.fence)) === MOST_AT_ONCE);
    } catch (error) {
      letGo()
      throw error
    }
  }

  /** One turn at a time; a lost database is tried again, damage is kept. */
  function next(): Promise<void> {
    running = running.then(async () => {
      if (damaged !== undefined) return
      try {
        await turn()
      } catch (error) {
        if (error instanceof LedgerDamaged) damaged = error
        else if (!(error instanceof Refusal)) throw error
      }
    })
    return running
  }

  /** From the beginning of one turn to the beginning of the next; at once when a turn took longer than that. */
  function plan(delayMs: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      const began = performance.now()
      void next().finally(() =>
        plan(held === undefined ? TRY_AGAIN_MS : Math.max(0, EVERY_MS - (performance.now() - began))),
      )
    }, delayMs)
    timer.unref()
  }

  plan(0)

  return {
    async settle() {
      await next()
      for (let tries = 0; held === undefined && tries < 50; tries++) {
        const [row] = await database.query<{ open: boolean }>(
          'select exists(select from ledger_chains c join ledger_entries e on e.chain_id = c.chain_id and e.seq > c.sequenced) as open',
        )
        if (row?.open !== true) return
        await new Promise((resolve) => setTimeout(resolve, 100))
        await next()
      }
    },
    damage: () => damaged,
    holds: () => held !== undefined,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
      letGo()
    },
  }
}
