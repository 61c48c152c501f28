import type { EntryId, OwnerId } from '../../kernel/ids.ts'
import { refText } from '../../kernel/record-ref.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { Circumstance } from '../circumstance.ts'
import type { Change } from './change.ts'

/** The entry that an owner gets for a group of writes: one, whatever their number. */
export type PlannedEntry = {
  readonly id: EntryId
  readonly patient?: string
  action: Happening['action']
  readonly reasons: Set<string>
}

/** One happening for each owner concerned, with the digest of every row that was written for it. */
export function happeningsOf(
  { actor, requestId }: Circumstance,
  interaction: string,
  entries: ReadonlyMap<OwnerId, PlannedEntry>,
  changes: readonly Change[],
): Happening[] {
  const byEntry = Map.groupBy(changes, (change) => change.entry)
  return [...entries].map(([owner, { id, patient, action, reasons }]) => {
    const own = byEntry.get(id) ?? []
    return {
      id,
      kind: 'release',
      interaction,
      action,
      outcome: '0',
      actor,
      purpose: actor.purpose,
      owner,
      ...(patient !== undefined && { patient }),
      what: own.map(({ type, label, version }) => refText({ type, id: label.id, version })),
      digests: own.map((change) => change.digest),
      reasons: [...reasons],
      requestId,
      opens: { rows: new Set() },
    }
  })
}
