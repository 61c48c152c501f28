import type { Summary } from './summary.ts'

const number = (value: number | undefined, digits = 0): string =>
  value === undefined
    ? '—'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
const pair = (ours: number, bare: number, digits = 0): string => `${number(ours, digits)} / ${number(bare, digits)}`

const COLUMNS: readonly (readonly [string, (row: Summary) => string])[] = [
  ['per second', (row) => row.name],
  ['ours', (row) => number(row.ours.perSecond)],
  ['bare', (row) => number(row.bare.perSecond)],
  ['bare batched', (row) => number(row.batched?.perSecond)],
  ['ours:bare', (row) => number(row.toBare, 2)],
  ['target', (row) => number(row.target, 1)],
  ['ours:batched', (row) => number(row.toBatched, 2)],
  ['p50 ms', (row) => pair(row.ours.p50Ms, row.bare.p50Ms, 1)],
  ['p99 ms', (row) => pair(row.ours.p99Ms, row.bare.p99Ms, 1)],
  ['server CPU µs', (row) => pair(row.ours.serverUs, row.bare.serverUs)],
  ['PostgreSQL CPU µs', (row) => pair(row.ours.postgresUs, row.bare.postgresUs)],
  ['RSS MiB', (row) => pair(row.ours.rssMiB, row.bare.rssMiB)],
  ['fsync/s', (row) => number(row.fsyncPerSecond)],
  ['Medplum*', (row) => number(row.medplumPerSecond)],
  ['ours:Medplum*', (row) => number(row.medplumPerSecond && row.ours.perSecond / row.medplumPerSecond, 1)],
]

/** The table for people; pairs are ours / bare. */
export function table(rows: readonly Summary[]): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))]
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => (line[column] as string).length)))
  const line = (row: readonly string[]) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] as number) : cell.padStart(widths[n] as number))).join('  ')
  return `${cells.map(line).join('\n')}

Medians of rounds by turns; ratios are taken within a round. Pairs are ours / bare. Import counts resources.
CPU is for one request, or one imported resource. The bare server neither validates nor resolves conditional
references, and has no auth, crypto or audit.
* Medplum 5.0.10: another run on another hour, for scale only.
`
}
