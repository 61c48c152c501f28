import type { Sql } from './sql.ts'

/** Statements come in few sizes, so that each is parsed and planned once for a connection. */
const SIZES = [256, 32]

/**
 * Inserts many rows; every value is a bound parameter (bytes stay binary). `then` is what follows the values,
 * such as `on conflict … do nothing`. In no transaction, a failure may leave the rows before it.
 */
export async function insertRows(
  sql: Sql,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  then = '',
): Promise<void> {
  for (let at = 0; at < rows.length; ) {
    const left = rows.length - at
    const size = SIZES.find((one) => one <= left) ?? left
    const { name, text } = statement(table, columns, size, then)
    await sql.query(text, rows.slice(at, at + size).flat(), name)
    at += size
  }
}

type Statement = { readonly name: string; readonly text: string }
const statements = new Map<string, Statement>()

function statement(table: string, columns: readonly string[], size: number, then: string): Statement {
  const at = `${table} ${columns.length} ${size} ${then}`
  let found = statements.get(at)
  if (found === undefined) {
    const row = (n: number) => `(${columns.map((_, column) => `$${n * columns.length + column + 1}`).join(',')})`
    const values = Array.from({ length: size }, (_, n) => row(n)).join(',')
    found = {
      name: `insert-${statements.size}`,
      text: `insert into ${table} (${columns.join(',')}) values ${values} ${then}`,
    }
    statements.set(at, found)
  }
  return found
}
