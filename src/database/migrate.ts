import { readdirSync, readFileSync } from 'node:fs'
import { Refusal } from '../kernel/refusal.ts'
import type { Database } from './sql.ts'

const folder = new URL('./migrations/', import.meta.url)

/**
 * Brings the schema to this program's version, one transaction a migration, one process at a time.
 * Refuses a database that a newer program has already changed.
 */
export async function migrate(database: Database): Promise<{ applied: string[] }> {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort()
  return database.within(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7306, 1)')
    await tx.query(
      'create table if not exists migrations (name text primary key, at timestamptz not null default now())',
    )
    const done = new Set((await tx.query<{ name: string }>('select name from migrations')).map((row) => row.name))
    const foreign = [...done].filter((name) => !files.includes(name))
    if (foreign.length > 0) {
      throw new Refusal(
        'start.unsafe',
        `The database was migrated by a newer Chartwarden (${foreign[0]}). Start that version instead.`,
      )
    }
    const applied = files.filter((name) => !done.has(name))
    for (const name of applied) {
      await tx.query(readFileSync(new URL(name, folder), 'utf8'))
      await tx.query('insert into migrations (name) values ($1)', [name])
    }
    return { applied }
  })
}
