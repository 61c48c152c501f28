import type { Actor } from '../kernel/actor.ts'
import { type EntryId, type OwnerId, TENANT_OWNER } from '../kernel/ids.ts'
import type { Purpose } from '../kernel/purpose.ts'
import type { Opens } from '../kernel/receipt.ts'

/** What the ledger is told: one act, concerning one owner. It becomes one AuditEvent and one entry. */
export type Happening = {
  /** Given when what is written must name its entry before it is appended; else made. */
  readonly id?: EntryId
  /** `release`: something may leave. `internal`: a query, job or run opens, and nothing leaves. */
  readonly kind: 'release' | 'internal'
  /** FHIR restful-interaction code, or one of our own for what is not REST (`token-issued`, `key-rotated`, …). */
  readonly interaction: string
  /** AuditEvent.action: create, read, update, delete, execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  /** AuditEvent.outcome: success, minor failure (refused), serious failure. */
  readonly outcome: '0' | '4' | '8'
  readonly actor: Actor
  readonly purpose: Purpose
  readonly owner: OwnerId
  /** The owner as a FHIR reference, `Patient/x`; absent for the tenant. */
  readonly patient?: string
  /** The records concerned, as `Type/id` or `Type/id/_history/n`. */
  readonly what?: readonly string[]
  /** The query as it was asked; results are never recorded. */
  readonly query?: string
  /** The policies that decided, or why it was refused. */
  readonly reasons?: readonly string[]
  readonly requestId?: string
  /**
   * SHA-256 of every sealed row this act wrote, in the order of `what`. One that reseals names, before each, the digest
   * whose place it takes.
   */
  readonly digests?: readonly Buffer[]
  readonly opens: Opens
  /** How long the receipt opens, in milliseconds; two minutes when it does not say. */
  readonly lastsMs?: number
}

/** An act that opens nothing and concerns no patient: of identities, clients, operators and keys. */
export type TenantAct = Pick<Happening, 'interaction' | 'actor' | 'what' | 'reasons'> & {
  /** False when it was refused. */
  readonly done: boolean
}

export const tenantAct = ({ done, ...act }: TenantAct): Happening => ({
  ...act,
  kind: 'internal',
  action: 'E',
  outcome: done ? '0' : '4',
  purpose: act.actor.purpose,
  owner: TENANT_OWNER,
  opens: { rows: new Set() },
})

/** How many records an act is about: those that it opens, or names. */
export const recordsOf = ({ opens, what }: Pick<Happening, 'opens' | 'what'>): number =>
  Math.max(1, 'rows' in opens ? opens.rows.size : 1, what?.length ?? 0)
