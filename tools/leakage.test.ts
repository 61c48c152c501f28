import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** Table to columns, from the dump of the schema, which `npm test` compares with what the migrations make. */
function columnsOf(schema: string): Map<string, string[]> {
  const tables = [...schema.matchAll(/^create table (\w+) \(\n(.*?)\n\);$/gms)]
  return new Map(
    tables.map(([, name, lines]) => [
      name as string,
      (lines as string)
        .split(',\n')
        .map((line) => line.trim().split(' ')[0] as string)
        .filter((word) => word !== 'constraint'),
    ]),
  )
}

/** Table to columns, from the page: a heading for each table, a row for each column. */
function namedIn(page: string): Map<string, string[]> {
  const sections = [...page.matchAll(/^### (\w+)\n(.*?)(?=^##)/gms)]
  return new Map(
    sections.map(([, name, text]) => [
      name as string,
      [...(text as string).matchAll(/^\| `(\w+)` \| \S/gm)].map(([, column]) => column as string),
    ]),
  )
}

test('docs/leakage.md names every table and column, in order, and no other', () => {
  const schema = columnsOf(read('src/database/schema.sql'))
  const page = namedIn(read('docs/leakage.md'))
  assert.ok(schema.size >= 22, 'the dump of the schema was not understood')
  assert.deepEqual([...page.keys()].sort(), [...schema.keys()].sort())
  for (const [table, columns] of schema) assert.deepEqual(page.get(table), columns, table)
})

test('every table that a migration makes is in the dump of the schema', () => {
  const schema = columnsOf(read('src/database/schema.sql'))
  const made = readdirSync(new URL('../src/database/migrations', import.meta.url)).flatMap((file) =>
    [...read(`src/database/migrations/${file}`).matchAll(/^create table (?:if not exists )?(\w+)/gim)].map(
      ([, name]) => name as string,
    ),
  )
  assert.ok(made.length > 0)
  for (const table of made) assert.ok(schema.has(table), table)
})
