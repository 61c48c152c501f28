/**
 * Joins fields injectively: every field is preceded by its length as u32 big-endian,
 * so no two different lists give the same bytes.
 */
export function lengthPrefixed(fields: readonly (string | Buffer)[]): Buffer {
  let whole = 0
  for (const field of fields) whole += 4 + (typeof field === 'string' ? Buffer.byteLength(field) : field.length)
  const joined = Buffer.allocUnsafe(whole)
  let at = 0
  for (const field of fields) {
    const start = at + 4
    at = start + (typeof field === 'string' ? joined.write(field, start) : field.length)
    if (typeof field !== 'string') joined.set(field, start)
    joined.writeUInt32BE(at - start, start - 4)
  }
  return joined
}
