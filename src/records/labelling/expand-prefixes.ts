const RANGE = /^([A-Z0-9.]*?)(\d+)-([A-Z0-9.]*?)(\d+)$/
const PREFIX = /^[A-Z0-9.]+$/

/** Codes are compared without dots and in capitals: ICD-10 is written both ways. */
export const plainCode = (code: string): string => code.replaceAll('.', '').toUpperCase()

/** `F20-F29`, or one prefix, as the prefixes it stands for, without dots; undefined when it is neither. */
export function expandPrefixes(range: string): string[] | undefined {
  if (PREFIX.test(range)) return [plainCode(range)]
  const [, head, first, otherHead, last] = RANGE.exec(range) ?? []
  if (first === undefined || last === undefined || head !== otherHead || first.length !== last.length) return undefined
  const count = Number(last) - Number(first) + 1
  if (count < 2) return undefined
  return Array.from({ length: count }, (_, n) =>
    plainCode(`${head}${String(Number(first) + n).padStart(first.length, '0')}`),
  )
}
