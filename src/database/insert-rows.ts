import type { Sql } from './sql.ts'

/** As many at once as PostgreSQL holds in memory when it unfolds them. */
const MOST_ROWS = 256

/** What a column of this name is, in every table that has one. */
const TYPES: Readonly<Record<string, string>> = {
  at: 'timestamptz',
  deleted: 'boolean',
  ...of('smallint', 'level', 'tenant_id'),
  ...of('integer', 'chain_id', 'chunk', 'kek_version', 'page', 'shard', 'version'),
  ...of('bigint', 'idx', 'item', 'n', 'owner_seq', 'seq'),
  ...of('uuid', 'blob_id', 'entry_id', 'owner_id', 'row_id'),
  ...of('text', 'kind', 'param', 'type'),
  act: 'bpchar',
  ...of('bytea', 'audit_key', 'blind', 'body', 'carer_token', 'commitment', 'digest', 'digests', 'hashes', 'id_token'),
  ...of(
    'bytea',
    'label',
    'last_commitment',
    'lasts',
    'leaf',
    'member_token',
    'patient_token',
    'previous',
    'sealed',
    'token',
    'unit_token',
    'wrapped_key',
  ),
}

function of(type: string, ...columns: string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, type]))
}

/**
 * Inserts many rows, with one bound array for each column: one statement for a table, however many there are. `then`
 * is what follows the values, such as `on conflict … do nothing`. In no transaction, a failure may leave the rows
 * before it.
 */
export async function insertRows(
  sql: Sql,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  then = '',
): Promise<void> {
  for (let at = 0; at < rows.length; at += MOST_ROWS) {
    const some = rows.length <= MOST_ROWS ? rows : rows.slice(at, at + MOST_ROWS)
    const { name, text } = statement(table, columns, then)
    const values = columns.map((_, column) => some.map((row) => row[column]))
    await sql.query(text, values, name)
  }
}

type Statement = { readonly name: string; readonly text: string }
const statements = new Map<string, Statement>()

function statement(table: string, columns: readonly string[], then: string): Statement {
  const at = `${table} ${columns.length} ${then}`
  let found = statements.get(at)
  if (found === undefined) {
    const arrays = columns.map((column, n) => {
      const type = TYPES[column]
      if (type === undefined) throw new Error(`no type is known for the column ${column}`)
      return `$${n + 1}::${type}[]`
    })
    found = {
      name: `insert-${statements.size}`,
      text: `insert into ${table} (${columns.join(',')}) select * from unnest(${arrays.join(',')}) ${then}`,
    }
    statements.set(at, found)
  }
  return found
}
