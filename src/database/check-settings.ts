import { Refusal } from '../kernel/refusal.ts'
import type { Sql } from './sql.ts'

const MUST = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on|remote_apply|remote_write' } as const

/** Refuses a PostgreSQL that may lose what it acknowledged, or is too old. */
export async function checkSettings(sql: Sql): Promise<void> {
  const [version] = await sql.query<{ number: string }>("select current_setting('server_version_num') as number")
  if (Number(version?.number) < 150000)
    throw new Refusal('start.unsafe', 'PostgreSQL is older than 15. Upgrade it to 15 or newer.')
  for (const [setting, allowed] of Object.entries(MUST)) {
    const [row] = await sql.query<{ value: string }>('select current_setting($1) as value', [setting])
    if (!allowed.split('|').includes(row?.value ?? '')) {
      throw new Refusal(
        'start.unsafe',
        `PostgreSQL runs with ${setting}=${row?.value}: what it acknowledges can be lost. Set ${setting}=on and start again.`,
      )
    }
  }
}
