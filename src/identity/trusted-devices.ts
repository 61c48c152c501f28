import { hash, randomBytes } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import type { AccountId } from './account.ts'

export const DEVICE_LASTS_SECONDS = 180 * 86_400
const digest = (device: string): Buffer => hash('sha256', device, 'buffer')

export type TrustedDevices = ReturnType<typeof createTrustedDevices>

/** Browsers on which a person has signed in: they are never kept out of these by tries from elsewhere. */
export function createTrustedDevices(sql: Sql) {
  return {
    async trusts(device: string | undefined, account: AccountId): Promise<boolean> {
      const rows = await sql.query(
        `select from trusted_devices where tenant_id = ${TENANT_ID} and device_hash = $1 and account_id = $2 and expires_at > now()`,
        [digest(device ?? ''), account],
      )
      return rows.length > 0
    },
    /** Remembers the browser for this person, under the secret it has or a new one, which is returned. */
    async trust(device: string | undefined, account: AccountId): Promise<string> {
      const secret = device ?? randomBytes(32).toString('base64url')
      await sql.query(
        `insert into trusted_devices (tenant_id, device_hash, account_id, expires_at) values (${TENANT_ID}, $1, $2, now() + make_interval(secs => $3))
         on conflict (tenant_id, device_hash, account_id) do update set expires_at = excluded.expires_at`,
        [digest(secret), account, DEVICE_LASTS_SECONDS],
      )
      return secret
    },
    async forgetAll(account: AccountId): Promise<void> {
      await sql.query(`delete from trusted_devices where tenant_id = ${TENANT_ID} and account_id = $1`, [account])
    },
  }
}
