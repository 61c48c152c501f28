import { Refusal } from '../kernel/refusal.ts'
import type { Sql } from './sql.ts'

const MUST = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on|remote_apply|remote_write' } as const

type Found = { setting: string; source: string; role: string; database: string }

/** Refuses a PostgreSQL that may lose what it acknowledged, or is too old; says what to change. */
export async function checkSettings(sql: Sql): Promise<void> {
  const [version] = await sql.query<{ number: string }>("select current_setting('server_version_num') as number")
  if (Number(version?.number) < 150000)
    throw new Refusal('start.unsafe', 'PostgreSQL is older than 15. Upgrade it to 15 or newer.')
  for (const [name, allowed] of Object.entries(MUST)) {
    const [row] = await sql.query<Found>(
      `select setting, source, quote_ident(current_user) as role, quote_ident(current_database()) as database
       from pg_settings where name = $1`,
      [name],
    )
    if (row === undefined || allowed.split('|').includes(row.setting)) continue
    throw new Refusal(
      'start.unsafe',
      `PostgreSQL runs with ${name}=${row.setting}: what it acknowledges can be lost. ${remedy(name, row)}, then start again.`,
    )
  }
}

/** `source` says where PostgreSQL took the setting from (view pg_settings); a role's or a database's goes before the file's. */
function remedy(name: string, { source, role, database }: Found): string {
  if (source === 'user') return `Run: alter role ${role} reset ${name}`
  if (source === 'database') return `Run: alter database ${database} reset ${name}`
  if (source === 'database user') return `Run: alter role ${role} in database ${database} reset ${name}`
  if (source === 'global') return `Run: alter role all reset ${name}`
  return `Set ${name}=on in postgresql.conf`
}
