import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

/** A set of points of which it is known which are anomalies. */
export type TabularSet = {
  readonly name: string
  readonly points: readonly Float64Array[]
  readonly anomalous: readonly boolean[]
}

const LABELS = new Set(['label', 'y', 'outlier', 'anomaly', 'is_anomaly', 'class'])

/** Every CSV file of a folder, in the order of the names. */
export const readSets = (folder: string): TabularSet[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .map((name) => parseSet(name.slice(0, -4), readFileSync(join(folder, name), 'utf8')))

/**
 * Numbers in columns, and in one of them 1 for an anomaly and 0 for none: the column named label, y, outlier, anomaly or
 * class, else the last. A header is optional. Throws when a cell is no number.
 */
export function parseSet(name: string, text: string): TabularSet {
  const rows = parse(text, { bom: true, skip_empty_lines: true }) as string[][]
  const header = rows[0]?.some((cell) => Number.isNaN(Number(cell))) ? rows.shift() : undefined
  const width = rows[0]?.length ?? 0
  const named = header?.findIndex((cell) => LABELS.has(cell.trim().toLowerCase())) ?? -1
  const label = named === -1 ? width - 1 : named
  const points: Float64Array[] = []
  const anomalous: boolean[] = []
  for (const [at, cells] of rows.entries()) {
    const numbers = cells.map(Number)
    if (numbers.length !== width || numbers.some(Number.isNaN)) throw new Error(`${name}: row ${at + 1} is not numbers`)
    anomalous.push(numbers[label] !== 0)
    points.push(Float64Array.from(numbers.filter((_, column) => column !== label)))
  }
  return { name, points, anomalous }
}
