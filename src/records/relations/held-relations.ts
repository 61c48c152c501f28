import type { KeyObject } from 'node:crypto'
import { type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import type { Relation } from '../../policy/facts.ts'
import { openForTenant, sealForTenant } from '../../vault/seal.ts'

/** From when until when, in milliseconds since 1970 UTC; null is open. */
export type Lasts = readonly [from: number | null, until: number | null]

/** What the database says of an actor's relations with an owner (`relationsOfCarer`); null text is none. */
export type HeldRelations = { readonly owner: OwnerId; readonly text: string | null }

const place = (owner: OwnerId, row: string) => ({ owner, type: 'Relation', row, version: 1, column: 'label' }) as const

/** Null for what always lasts. Sealed for its row, under the label key: when somebody was ill is nobody's to know. */
export const sealLasts = (key: KeyObject, owner: OwnerId, row: string, [from, until]: Lasts): Buffer | null =>
  from === null && until === null
    ? null
    : sealForTenant(key, place(owner, row), Buffer.from(JSON.stringify([from, until]).padEnd(40)))

export const openLasts = (key: KeyObject, owner: OwnerId, row: string, sealed: Buffer | null): Lasts =>
  sealed === null ? [null, null] : (JSON.parse(openForTenant(key, place(owner, row), sealed).toString()) as Lasts)

type Told = readonly [
  kind: Relation,
  row: string,
  lasts: string | null,
  memberRow: string | null,
  memberLasts: string | null,
]
type Held = { readonly kind: Relation; readonly windows: readonly Lasts[] }
const MOST_KEPT = 20_000
const NONE: readonly Relation[] = []
const plain = (row: string) => row.replaceAll('-', '')

/** Which relations hold at a moment. What was opened before is found again by the very text and its owner. */
export function createRelationsAt(key: () => KeyObject) {
  const kept = new Map<string, readonly Held[]>()
  const holds = ([from, until]: Lasts, now: number) => (from === null || from <= now) && (until === null || until > now)

  function opened({ owner, text }: HeldRelations & { text: string }): readonly Held[] {
    const name = `${owner} ${text}`
    const found = kept.get(name)
    if (found !== undefined) return found
    const sealed = (base64: string | null) => (base64 === null ? null : Buffer.from(base64, 'base64'))
    const held = (JSON.parse(text) as Told[]).map(([kind, row, lasts, memberRow, memberLasts]) => ({
      kind,
      windows: [
        openLasts(key(), owner, plain(row), sealed(lasts)),
        ...(memberRow === null ? [] : [openLasts(key(), TENANT_OWNER, plain(memberRow), sealed(memberLasts))]),
      ],
    }))
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string)
    kept.set(name, held)
    return held
  }

  /** In order, each once. */
  return function relationsAt({ owner, text }: HeldRelations, now: number): readonly Relation[] {
    if (text === null) return NONE
    const holding = opened({ owner, text }).filter(({ windows }) => windows.every((one) => holds(one, now)))
    return holding.length === 0 ? NONE : [...new Set(holding.map((one) => one.kind))].sort()
  }
}
