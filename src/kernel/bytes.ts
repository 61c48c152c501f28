/**
 * Joins fields injectively: every field is preceded by its length as u32 big-endian,
 * so no two different lists give the same bytes.
 */
export function lengthPrefixed(fields: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = []
  for (const field of fields) {
    const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(bytes.length)
    parts.push(length, bytes)
  }
  return Buffer.concat(parts)
}
