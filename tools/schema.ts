import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEmbedded } from '../src/database/embedded.ts'
import { migrate } from '../src/database/migrate.ts'
import { openDatabase, type Sql } from '../src/database/sql.ts'

/** The dump of the schema, in git: what all migrations together make. */
export const SCHEMA_FILE = fileURLToPath(new URL('../src/database/schema.sql', import.meta.url))

const TABLES = `select c.oid::int as oid, c.relname as name from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname collate "C"`
const COLUMNS = `select a.attrelid::int as oid, quote_ident(a.attname) as name, format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as required, a.attidentity as identity, pg_get_expr(d.adbin, d.adrelid) as initial
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped order by a.attrelid, a.attnum`
const CONSTRAINTS = `select conrelid::int as oid, quote_ident(conname) as name, pg_get_constraintdef(oid) as says
  from pg_constraint where contype in ('p', 'u', 'c', 'f', 'x') order by conrelid, contype desc, conname collate "C"`
const INDEXES = `select i.indrelid::int as oid, pg_get_indexdef(i.indexrelid) as says from pg_index i
  where not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by pg_get_indexdef(i.indexrelid) collate "C"`
const TRIGGERS = `select tgrelid::int as oid, pg_get_triggerdef(oid) as says from pg_trigger where not tgisinternal order by tgname collate "C"`
const FUNCTIONS = `select pg_get_functiondef(oid) as says from pg_proc where pronamespace = 'public'::regnamespace order by proname collate "C"`

type Column = {
  oid: number
  name: string
  type: string
  required: boolean
  identity: string
  initial: string | null
}
type Said = { oid: number; name: string; says: string }

const columnText = ({ name, type, required, identity, initial }: Column): string =>
  [
    name,
    type,
    ...(identity === '' ? [] : [`generated ${identity === 'a' ? 'always' : 'by default'} as identity`]),
    ...(required ? ['not null'] : []),
    ...(initial === null ? [] : [`default ${initial}`]),
  ].join(' ')

/** The schema `public` as SQL text, from the catalogs: the same for the same schema, whenever it is asked. */
export async function dumpSchema(sql: Sql): Promise<string> {
  const tables = await sql.query<{ oid: number; name: string }>(TABLES)
  const columns = await sql.query<Column>(COLUMNS)
  const constraints = await sql.query<Said>(CONSTRAINTS)
  const indexes = await sql.query<Said>(INDEXES)
  const triggers = await sql.query<Said>(TRIGGERS)
  const functions = await sql.query<{ says: string }>(FUNCTIONS)
  const texts = tables.map(({ oid, name }) => {
    const of = <T extends { oid: number }>(all: readonly T[]) => all.filter((one) => one.oid === oid)
    const lines = [
      ...of(columns).map(columnText),
      ...of(constraints).map((one) => `constraint ${one.name} ${one.says}`),
    ]
    const after = [...of(indexes), ...of(triggers)].map(({ says }) => `${says.replaceAll(' public.', ' ')};\n`)
    return `create table ${name} (\n  ${lines.join(',\n  ')}\n);\n${after.join('')}`
  })
  return `-- What the migrations make. Written by tools/schema.ts; do not edit.\n\n${[...functions.map(({ says }) => `${says.trimEnd()};\n`), ...texts].join('\n')}`
}

/** The schema of a database made for this moment: embedded PostgreSQL, every migration, then thrown away. */
export async function freshSchema(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cw-schema-'))
  const embedded = await openEmbedded({ folder })
  const database = openDatabase(embedded.url)
  try {
    await migrate(database)
    return await dumpSchema(database)
  } finally {
    await database.close()
    await embedded.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await freshSchema()
  const same = existsSync(SCHEMA_FILE) && readFileSync(SCHEMA_FILE, 'utf8') === text
  if (process.argv.includes('--check')) {
    if (!same) process.stderr.write('src/database/schema.sql is not what the migrations make: node tools/schema.ts\n')
    process.exitCode = same ? 0 : 1
  } else if (!same) writeFileSync(SCHEMA_FILE, text)
}
