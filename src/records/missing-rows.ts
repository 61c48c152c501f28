import type { EntryId } from '../kernel/ids.ts'

const DIGEST = 32

/**
 * Of each entry, how many of the rows it committed to are not there as it wrote them. `seen` has the digests of the
 * rows that are. Resealing names the digest that was and the one that takes its place: what two entries miss was resealed.
 */
export function missingRows(
  entries: ReadonlyMap<EntryId, Buffer>,
  seen: ReadonlyMap<EntryId, ReadonlySet<string>>,
): Map<EntryId, number> {
  const missedBy = new Map<string, Set<EntryId>>()
  for (const [entry, digests] of entries) {
    const there = seen.get(entry)
    if (there?.size === digests.length / DIGEST) continue
    for (let at = 0; at < digests.length; at += DIGEST) {
      const digest = digests.subarray(at, at + DIGEST).toString('base64')
      if (there?.has(digest) === true) continue
      const by = missedBy.get(digest)
      if (by === undefined) missedBy.set(digest, new Set([entry]))
      else by.add(entry)
    }
  }
  const missing = new Map<EntryId, number>()
  for (const by of missedBy.values())
    if (by.size === 1) for (const one of by) missing.set(one, (missing.get(one) ?? 0) + 1)
  return missing
}
