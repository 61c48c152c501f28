import type { Sql } from './sql.ts'

const MOST_PARAMETERS = 30_000

/**
 * Inserts many rows with one statement for each few thousand; every value is a bound parameter (bytes stay
 * binary). `then` is what follows the values, such as `on conflict … do nothing`.
 */
export async function insertRows(
  sql: Sql,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  then = '',
): Promise<void> {
  const most = Math.floor(MOST_PARAMETERS / columns.length)
  for (let at = 0; at < rows.length; at += most) {
    const some = rows.slice(at, at + most)
    const text = statement(table, columns, some.length, then)
    await sql.query(
      text,
      some.flat(),
      some.length <= 32 ? `insert-${table}-${columns.length}-${then.length}-${some.length}` : undefined,
    )
  }
}

const statements = new Map<string, string>()

function statement(table: string, columns: readonly string[], count: number, then: string): string {
  const at = `${table} ${count} ${then}`
  let text = statements.get(at)
  if (text === undefined) {
    const row = (n: number) => `(${columns.map((_, column) => `$${n * columns.length + column + 1}`).join(',')})`
    text = `insert into ${table} (${columns.join(',')}) values ${Array.from({ length: count }, (_, n) => row(n)).join(',')} ${then}`
    if (count <= 32) statements.set(at, text)
  }
  return text
}
