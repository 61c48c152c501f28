import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { parse } from 'csv-parse/sync'
import { isoOf } from './calendar.ts'
import { csvField, openCsv } from './write-csv.ts'

test('what is written is read again, whatever a name holds', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'csv-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const names = ['plain', 'Marton, Jr.', 'the "old" one', 'two\nlines', 'Zoë']
  const file = openCsv(join(folder, 'a.csv'), ['n', 'name'])
  for (let n = 0; n < 40_000; n++) file.line(`${n},${csvField(names[n % names.length]!)}`)
  file.close()
  assert.equal(file.rows, 40_000)
  const read = parse(readFileSync(join(folder, 'a.csv')), { columns: true }) as { n: string; name: string }[]
  assert.equal(read.length, 40_000)
  assert.ok(read.every(({ n, name }, at) => Number(n) === at && name === names[at % names.length]))
})

test('a time is what Date says', () => {
  for (const at of [0, 1_767_225_599_999, 1_767_225_600_000, 1_767_250_000_007.9, 951_782_400_012])
    assert.equal(isoOf(at), new Date(Math.floor(at)).toISOString())
})
