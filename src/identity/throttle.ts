import type { KeyObject } from 'node:crypto'
import type { Database, Sql } from '../database/sql.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { keyedToken } from './keyed-token.ts'

/**
 * Whose failures are counted. A try from a device that the account was used on before counts on that device alone, so
 * nobody can lock a person out of it from elsewhere.
 */
export type Tried = { readonly username: string; readonly address: string; readonly device: string | undefined }

/** Free tries, before each further one makes the next wait twice as long. An address can be a whole hospital's. */
const FREE = { account: 5, device: 5, address: 50 } as const
const LONGEST_SECONDS = 900
const FORGOTTEN_AFTER = '24 hours'

export type Throttle = ReturnType<typeof createThrottle>

/** Back-off by account, trusted device and address. Owner of the table `sign_in_failures`. */
export function createThrottle({ database, tokenKey }: { database: Database; tokenKey: () => KeyObject }) {
  const keysOf = ({ username, address, device }: Tried): [Buffer, number][] => {
    const token = (value: string) => keyedToken(tokenKey(), 'failures', value)
    return device === undefined
      ? [
          [token(`account ${username}`), FREE.account],
          [token(`address ${address}`), FREE.address],
        ]
      : [[token(`device ${device} ${username}`), FREE.device]]
  }

  return {
    /**
     * Counts the try as a failure before anything is checked, so that many at once are counted too; `clear` takes it
     * back. Throws `identity.throttled` when it has to wait, and then counts nothing.
     */
    async begin(tried: Tried): Promise<void> {
      const keys = keysOf(tried).sort(([a], [b]) => a.compare(b))
      await database.within(async (tx) => {
        for (const [who, free] of keys) {
          const [row] = await tx.query(
            `insert into sign_in_failures as f (tenant_id, who_token, failures, last_at, blocked_until)
             values (${TENANT_ID}, $1, 1, now(), 'epoch')
             on conflict (tenant_id, who_token) do update set
               failures = case when f.last_at < now() - interval '${FORGOTTEN_AFTER}' then 1 else f.failures + 1 end,
               last_at = now(),
               blocked_until = case
                 when f.last_at < now() - interval '${FORGOTTEN_AFTER}' or f.failures + 1 < $2 then 'epoch'
                 else clock_timestamp() + make_interval(secs => least(${LONGEST_SECONDS}, power(2, least(f.failures + 1 - $2, 16)))) end
             where f.blocked_until <= clock_timestamp()
             returning failures`,
            [who, free],
          )
          if (row === undefined) throw await waiting(tx, who)
        }
      })
    },
    /** It was the person: their account (or device) starts anew. The address keeps its count but for this try. */
    async clear(tried: Tried): Promise<void> {
      const [[first], address] = keysOf(tried) as [[Buffer, number], [Buffer, number]?]
      await database.query(`delete from sign_in_failures where tenant_id = ${TENANT_ID} and who_token = $1`, [first])
      if (address !== undefined)
        await database.query(
          `update sign_in_failures set failures = greatest(0, failures - 1), blocked_until = 'epoch' where tenant_id = ${TENANT_ID} and who_token = $1`,
          [address[0]],
        )
    },
  }

  async function waiting(sql: Sql, who: Buffer): Promise<Refusal> {
    const [row] = await sql.query<{ seconds: number }>(
      `select ceil(extract(epoch from blocked_until - now()))::int as seconds from sign_in_failures where tenant_id = ${TENANT_ID} and who_token = $1`,
      [who],
    )
    const retryAfterSeconds = Math.max(1, row?.seconds ?? 1)
    return new Refusal(
      'identity.throttled',
      `Too many tries went wrong. Wait ${retryAfterSeconds < 120 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`}, or use a passkey.`,
      { retryAfterSeconds },
    )
  }
}
