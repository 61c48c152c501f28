/** A table written as text: one row a line, cells between bars. Empty lines are skipped. */
export function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()))
}
