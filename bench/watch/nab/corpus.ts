import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Series = {
  /** Folder and file, as the labels name it. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly times: Float64Array
  readonly values: Float64Array
  readonly windows: readonly (readonly [number, number])[]
}

/** Reads data and labels of a copy of numenta/NAB; undefined when there is none in the folder. Throws on a damaged one. */
export function readCorpus(folder: string): Series[] | undefined {
  const labels = join(folder, 'labels/combined_windows.json')
  if (!existsSync(labels)) return undefined
  const windows = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, [string, string][]>
  const data = join(folder, 'data')
  const names = readdirSync(data, { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .flatMap(({ name }) => readdirSync(join(data, name)).map((file) => `${name}/${file}`))
    .filter((name) => name.endsWith('.csv'))
    .sort()
  return names.map((name) => readSeries(name, readFileSync(join(data, name), 'utf8'), windows[name] ?? []))
}

function readSeries(name: string, text: string, labels: readonly (readonly [string, string])[]): Series {
  const rows = text.trim().split(/\r?\n/).slice(1)
  const times = new Float64Array(rows.length)
  const values = new Float64Array(rows.length)
  for (const [at, row] of rows.entries()) {
    const comma = row.indexOf(',')
    times[at] = Date.parse(`${row.slice(0, comma).trim().replace(' ', 'T')}Z`)
    values[at] = Number(row.slice(comma + 1))
  }
  const place = (label: string): number => {
    const row = times.indexOf(Date.parse(`${label.trim().replace(' ', 'T')}Z`))
    if (row === -1) throw new Error(`${name} has no row of ${label}`)
    return row
  }
  return { name, times, values, windows: labels.map(([from, to]) => [place(from), place(to)] as const) }
}
