import type { Clock } from '../kernel/clock.ts'
import { type EntryId, newEntryId, type OwnerId } from '../kernel/ids.ts'
import { randomBytes } from '../kernel/random-bytes.ts'
import { auditEvent } from './audit-event.ts'
import { commitTo } from './commitment.ts'
import type { Happening } from './happening.ts'

/** An entry ready to be written; its place in a chain is not given yet. */
export type Prepared = {
  readonly id: EntryId
  readonly owner: OwnerId
  readonly kind: string
  readonly at: Date
  readonly commitment: Buffer
  readonly blind: Buffer
  readonly digests: Buffer | null
  readonly sealed: Buffer
}

/** Seals the salt and the event of an entry under its owner's audit key; handed in by the vault. */
export type SealEvent = (owner: OwnerId, entry: EntryId, saltAndEvent: Buffer) => Buffer

/** Whether somebody without any relation to the patient could not have done it; handed in by who knows the policy. */
export type ByRelation = (happening: Happening) => boolean

export function createPrepare({
  clock,
  sealEvent,
  byRelation,
  observer,
}: {
  clock: Clock
  sealEvent: SealEvent
  byRelation: ByRelation
  observer: string
}) {
  return function prepare(happening: Happening): Prepared {
    const id = happening.id ?? newEntryId()
    const at = new Date(Math.floor(clock.now().getTime()))
    const entered = { id, at, byRelation: happening.kind === 'release' ? byRelation(happening) : undefined }
    const event = Buffer.from(auditEvent(happening, entered, observer))
    const salt = randomBytes(32)
    return {
      id,
      owner: happening.owner,
      kind: 'AuditEvent',
      at,
      commitment: commitTo(salt, event),
      blind: randomBytes(16),
      digests: happening.digests === undefined ? null : Buffer.concat(happening.digests),
      sealed: sealEvent(happening.owner, id, Buffer.concat([salt, event])),
    }
  }
}
