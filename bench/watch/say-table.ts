import type { Interval } from './bootstrap.ts'

/** Rows of cells as a table for people: the first column to the left, the others to the right. */
export function sayTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  return `${cells
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`
}

/** A number in at most so many digits after the point; a dash for none. */
export function sayNumber(value: number, digits = 0): string {
  if (Number.isNaN(value)) return '—'
  if (!Number.isFinite(value)) return value < 0 ? 'all' : 'none'
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** A figure with its interval; a share as hundredths with `times` 100. */
export const sayInterval = ({ value, low, high }: Interval, digits = 2, times = 1): string =>
  Number.isNaN(value)
    ? '—'
    : Number.isNaN(low)
      ? sayNumber(value * times, digits)
      : `${sayNumber(value * times, digits)} [${sayNumber(low * times, digits)}, ${sayNumber(high * times, digits)}]`
