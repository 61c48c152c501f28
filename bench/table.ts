import type { Figures } from './measure-row.ts'
import type { Summary } from './summary.ts'

const number = (value: number | undefined, digits = 0): string =>
  value === undefined
    ? '—'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
/** The same figure of all contenders, in the order of the first columns. */
const all = ({ ours, bare, lean, batched }: Summary, key: keyof Figures, digits = 0): string =>
  [ours, bare, lean, batched].map((one) => number(one?.[key], digits)).join(' / ')

const COLUMNS: readonly (readonly [string, (row: Summary) => string])[] = [
  ['per second', (row) => row.name],
  ['ours', (row) => number(row.ours.perSecond)],
  ['bare', (row) => number(row.bare.perSecond)],
  ['lean', (row) => number(row.lean.perSecond)],
  ['batched', (row) => number(row.batched?.perSecond)],
  ['ours:bare', (row) => number(row.toBare, 2)],
  ['target', (row) => number(row.target, 1)],
  ['ours:lean', (row) => number(row.toLean, 2)],
  ['ours:batched', (row) => number(row.toBatched, 2)],
  ['p50 ms', (row) => all(row, 'p50Ms', 1)],
  ['p99 ms', (row) => all(row, 'p99Ms', 1)],
  ['server CPU µs', (row) => all(row, 'serverUs')],
  ['PostgreSQL CPU µs', (row) => all(row, 'postgresUs')],
  ['RSS MiB', (row) => all(row, 'rssMiB')],
  ['fsync/s', (row) => number(row.fsyncPerSecond)],
  ['Medplum*', (row) => number(row.medplumPerSecond)],
  ['ours:Medplum*', (row) => number(row.medplumPerSecond && row.ours.perSecond / row.medplumPerSecond, 1)],
]

/** The table for people. */
export function table(rows: readonly Summary[]): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))]
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => (line[column] as string).length)))
  const line = (row: readonly string[]) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] as number) : cell.padStart(widths[n] as number))).join('  ')
  return `${cells.map(line).join('\n')}

Medians of rounds by turns; ratios are taken within a round. Where a column holds several, they are ours / bare / lean /
batched. CPU is for one request, or one imported resource. The others neither validate nor resolve conditional references,
and have no auth, crypto or audit: bare as it is usually written (jsonb to objects to JSON), lean with the stored text passed
through by prepared statements, batched like lean with requests of the same moment sharing a statement.
* Medplum 5.0.10: another run on another hour, for scale only.
`
}
