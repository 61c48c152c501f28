/**
 * For tests: JSON with sorted keys and no white space: RFC 8785 (JCS) for values without numbers that are not integers.
 * Members that are undefined are left out, as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const from = value as Record<string, unknown>
  const into: Record<string, unknown> = {}
  for (const key of Object.keys(from).sort()) into[key] = sorted(from[key])
  return into
}
