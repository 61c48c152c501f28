import { type EntryId, newEntryId, type OwnerId } from '../../kernel/ids.ts'
import { refText } from '../../kernel/record-ref.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { Decision } from '../../policy/decide.ts'
import type { Act } from '../../policy/facts.ts'
import type { Circumstance } from '../circumstance.ts'
import type { Label } from '../label.ts'
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

/** Joins what happens to one owner's records into the one entry of it. */
export function planEntry(
  entries: Map<OwnerId, PlannedEntry>,
  owner: OwnerId,
  { patient }: Label,
  act: Act,
  { reasons, version }: Decision,
): EntryId {
  const action = act === 'update' ? 'U' : act === 'delete' ? 'D' : 'C'
  let entry = entries.get(owner)
  if (entry === undefined) {
    entry = {
      id: newEntryId(),
      action,
      reasons: new Set(),
      ...(patient !== undefined && { patient: `Patient/${patient}` }),
    }
    entries.set(owner, entry)
  } else if (entry.action !== action) entry.action = 'E'
  for (const reason of reasons) entry.reasons.add(reason)
  entry.reasons.add(`policy ${version}`)
  return entry.id
}
