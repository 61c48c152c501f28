import type { KeyObject } from 'node:crypto'
import type { OwnerId, RowId } from '../kernel/ids.ts'
import type { KeyClass } from '../vault/owner-keys.ts'
import { openJsonForTenant, sealForTenant } from '../vault/seal.ts'
import type { About } from './consents/about-record.ts'
import { type SecurityLabels, sameSecurity } from './labelling/security-labels.ts'
import type { Tie } from './relations/settle-ties.ts'

/** What a decision needs to know of a record. Sealed under the tenant's label key; opened to decide, never released. */
export type Label = {
  readonly type: string
  readonly id: string
  /** The FHIR id of the patient who owns the row. */
  readonly patient?: string
  /** Owners of all patients it speaks of, when there are several. */
  readonly patients?: readonly OwnerId[]
  /** `system|code` of each category, which granular scopes speak of; absent in rows of before there were any. */
  readonly categories?: readonly string[]
  /** How sensitive it is, under the rules of when it was labelled; absent when it is like any other. */
  readonly security?: SecurityLabels
  /** Version of the label rules it was labelled under; absent in rows of before it was kept. */
  readonly rules?: string
  /** What a consent may speak of in it; absent in rows of before there were any. */
  readonly about?: About
  /** Of a Consent: by somebody who may record it, so that it counts. */
  readonly counts?: true
  /** Whose word each relation is that it says; absent when it says none, and in rows of before this was kept. */
  readonly ties?: readonly Tie[]
  /** Which key class sealed the body. */
  readonly keyClass: KeyClass
}

/** Whether a decision sees no difference, for the same owner. */
export const sameKind = (a: Label, b: Label): boolean =>
  a.categories?.join() === b.categories?.join() && sameSecurity(a.security, b.security)

type At = { readonly owner: OwnerId; readonly type: string; readonly row: RowId; readonly version: number }

const place = (at: At) => ({ ...at, column: 'label' as const })

/** Room that every label has for what it says of sensitivity: by its length, none tells whether it says anything. */
const ROOM = 160

function textOf(label: Label): string {
  const { security: _security, ...rest } = label
  const plain = JSON.stringify({ ...rest, keyClass: 'general' }).length
  const text = JSON.stringify(label)
  const rooms = Math.max(1, Math.ceil((text.length - plain) / ROOM))
  return text.padEnd(plain + rooms * ROOM)
}

export const sealLabel = (key: KeyObject, at: At, label: Label): Buffer =>
  sealForTenant(key, place(at), Buffer.from(textOf(label)))

/** Throws when the label is not the one sealed for this row and version. */
export const openLabel = (key: KeyObject, at: At, sealed: Buffer): Label =>
  openJsonForTenant<Label>(key, place(at), sealed)

const MOST_KEPT = 20_000

/**
 * Labels that were opened before, found again by their own sealed bytes and their place. Labels only: what is
 * released is opened anew for every receipt.
 */
export function createOpenLabels(key: () => KeyObject): (at: At, sealed: Buffer) => Label {
  const kept = new Map<string, { readonly at: At; readonly sealed: Buffer; readonly label: Label }>()
  return function opened(at, sealed) {
    const name = `${at.row} ${at.version}`
    const found = kept.get(name)
    if (found?.sealed.equals(sealed) && found.at.owner === at.owner && found.at.type === at.type) return found.label
    const label = openLabel(key(), at, sealed)
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string)
    kept.set(name, { at, sealed: Buffer.from(sealed), label })
    return label
  }
}
