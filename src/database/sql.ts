import pg from 'pg'
import { Refusal } from '../kernel/refusal.ts'
import { createWire, type Wire } from './wire.ts'

/** Anything that answers SQL: the pool, or one transaction. `name` makes it a prepared statement. */
export type Sql = {
  // biome-ignore lint/suspicious/noExplicitAny: rows have the shape their own SQL gives them
  query<Row = Record<string, any>>(text: string, values?: unknown[], name?: string): Promise<Row[]>
}

/** One open transaction. Made by `within` only. */
export type Transaction = Sql & { readonly open: true }

export type Database = Sql & {
  /**
   * Runs `body` in one transaction: committed when it returns, rolled back when it throws.
   * A commit whose outcome is unknown throws `UnknownOutcome`: the caller MUST NOT assume either.
   */
  within<T>(body: (tx: Transaction) => Promise<T>): Promise<T>
  /** A connection of its own, for session locks and LISTEN; give it back with `release()`. */
  reserve(): Promise<Sql & { release(): void }>
  close(): Promise<void>
}

/** The commit was sent, and nothing said whether it was done. Never repeat what it would have done without looking. */
export class UnknownOutcome extends Refusal {
  constructor(cause: unknown) {
    super(
      'database.outcome-unknown',
      'The database was lost while it committed: this happened wholly, or not at all. Look before you repeat it.',
      { cause },
    )
  }
}

const LOST = new Set(['57P01', '57P02', '57P03', '08000', '08003', '08006', '08001', '53300', '25006', '53100'])
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'])

function translated(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string }
  const lost =
    (code !== undefined && (LOST.has(code) || NETWORK.has(code))) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed/.test(
      message ?? '',
    )
  return lost
    ? new Refusal('database.unavailable', 'The database does not answer; try again shortly.', { cause: error })
    : error
}

const wires = new WeakMap<pg.PoolClient, Wire>()

/** Of a client that `pg` has connected: it never asks through `pg` again. */
function wireOf(client: pg.PoolClient): Wire {
  let wire = wires.get(client)
  if (wire === undefined) {
    wire = createWire(client)
    wires.set(client, wire)
  }
  return wire
}

const asked = ({ query: ask }: Wire): Sql['query'] => {
  return async function query<Row>(text: string, values?: unknown[], name?: string) {
    try {
      return (await ask(text, values, name)).rows as Row[]
    } catch (error) {
      throw translated(error)
    }
  }
}

/**
 * Every statement here is meant to walk indexes, a few rows at a time, and its plan must not depend on how full
 * the tables were when it was first made: no joins by hashing or sorting, one plan for each statement.
 */
const PLANS =
  '-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan'

/** Opens a pool on PostgreSQL 15 or newer. A `uuid` comes back as 32 hex digits, a `bigint` as a number. An idle connection that dies is dropped, not fatal. */
export function openDatabase(connection: pg.PoolConfig, connections = 12): Database {
  const pool = new pg.Pool({
    ...connection,
    options: PLANS,
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const connect = async () => {
    try {
      return await pool.connect()
    } catch (error) {
      throw translated(error)
    }
  }

  return {
    async query<Row>(text: string, values?: unknown[], name?: string) {
      const client = await connect()
      let broken: Error | undefined
      try {
        return await asked(wireOf(client))<Row>(text, values, name)
      } catch (error) {
        if (error instanceof Refusal) broken = error
        throw error
      } finally {
        client.release(broken)
      }
    },
    async within(body) {
      const client = await connect()
      const wire = wireOf(client)
      let broken: Error | undefined
      let committing = false
      try {
        // On its way together with what the body asks first.
        const begun = wire.query('begin')
        begun.catch(() => undefined)
        const result = await body({ query: asked(wire), open: true })
        await begun
        committing = true
        const { command } = await wire.query('commit')
        // PostgreSQL answers the commit of a failed transaction with ROLLBACK, not with an error.
        if (command !== 'COMMIT')
          throw new Error('the transaction had failed, and was rolled back instead of committed')
        return result
      } catch (error) {
        const said = translated(error)
        if (said instanceof Refusal && said.code === 'database.unavailable') {
          broken = said
          if (committing) throw new UnknownOutcome(error)
        } else {
          await wire.query('rollback').catch((failed: Error) => {
            broken = failed
          })
        }
        throw said
      } finally {
        client.release(broken)
      }
    },
    async reserve() {
      const client = await connect()
      return { query: asked(wireOf(client)), release: () => client.release(true) }
    },
    close: () => pool.end(),
  }
}
