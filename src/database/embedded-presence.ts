import pg from 'pg'
import { Refusal } from '../kernel/refusal.ts'
import { USER } from './embedded-cluster.ts'
import type { Postmaster } from './embedded-process.ts'

/** How the `pg` package connects: `host` is the folder of a Unix socket. */
export type ConnectionOptions = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** One connection that says: this process still needs PostgreSQL. */
export type Presence = pg.Client & { ref(): void; unref(): void }

/** `absent`: nobody listens. `busy`: it starts, recovers or shuts down. */
export type Answer = Presence | 'absent' | 'busy'

const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])
const NO_SUCH_DATABASE = '3D000'

export const connectionTo = (
  { socket, port }: Postmaster,
  password: string,
  database: string = USER,
): ConnectionOptions => ({
  host: socket,
  port,
  user: USER,
  password,
  database,
})

/** Connects as one who needs PostgreSQL to stay; makes the database when it is missing. Call it alone. */
export async function knock(postmaster: Postmaster | undefined, password: string): Promise<Answer> {
  if (postmaster === undefined || postmaster.socket === '') return 'absent'
  const answer = await connect(connectionTo(postmaster, password))
  if (answer !== NO_SUCH_DATABASE) return answer
  const first = await connect(connectionTo(postmaster, password, 'postgres'))
  if (first === NO_SUCH_DATABASE || typeof first === 'string') return 'busy'
  await first.query(`create database ${USER}`)
  await first.end()
  return 'busy'
}

async function connect(options: ConnectionOptions): Promise<Answer | typeof NO_SUCH_DATABASE> {
  const client = new pg.Client({
    ...options,
    application_name: 'chartwarden presence',
    connectionTimeoutMillis: 10_000,
  }) as Presence
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared(7307, 1)')
    return client
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    await client.end().catch(() => undefined)
    if (code === NO_SUCH_DATABASE) return NO_SUCH_DATABASE
    if (ABSENT.has(code ?? '')) return 'absent'
    if (code?.startsWith('28')) {
      throw new Refusal(
        'start.unsafe',
        `The embedded PostgreSQL refuses the password in postgres-password. Bring that file back from a backup.`,
        { cause: error },
      )
    }
    if (code === 'EACCES') {
      throw new Refusal('start.unsafe', `${options.host} belongs to another user. Start Chartwarden as that user.`, {
        cause: error,
      })
    }
    if (code?.startsWith('57P') || code === 'ECONNRESET' || code === 'EPIPE' || /terminated|timeout/.test(message)) {
      return 'busy'
    }
    throw new Refusal('database.unavailable', `The embedded PostgreSQL does not let us in (${message}).`, {
      cause: error,
    })
  }
}

/** Gives up our own presence; `true` when nobody else is present. */
export async function isLast(client: Presence): Promise<boolean> {
  client.ref()
  const asked = await client.query<{ last: boolean }>(
    'select pg_advisory_unlock_shared(7307, 1), pg_try_advisory_lock(7307, 1) as last',
  )
  return asked.rows[0]?.last === true
}
