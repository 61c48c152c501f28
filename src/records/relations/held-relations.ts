import type { KeyObject } from 'node:crypto'
import { type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import type { Relation } from '../../policy/facts.ts'
import { openJsonForTenant, sealForTenant } from '../../vault/seal.ts'
import type { Carer, Way } from './carers.ts'

/** From when until when, in milliseconds since 1970 UTC; null is open. */
export type Lasts = readonly [from: number | null, until: number | null]

/** What the database says of a carer's relations with an owner (`relationsOf`); null text is none. */
export type HeldRelations = { readonly owner: OwnerId; readonly text: string | null; readonly carer: Carer }

const place = (owner: OwnerId, row: string) => ({ owner, type: 'Relation', row, version: 1, column: 'label' }) as const
const ROOM = 80

/**
 * Null for what always lasts. Sealed for its row, under the label key: when somebody was ill is nobody's to know. `by`
 * is the token of who wrote it and is of the unit that it lets in: to them it is self-declared.
 */
export const sealLasts = (key: KeyObject, owner: OwnerId, row: string, lasts: Lasts, by?: string): Buffer | null =>
  lasts[0] === null && lasts[1] === null && by === undefined
    ? null
    : sealForTenant(
        key,
        place(owner, row),
        Buffer.from(JSON.stringify(by === undefined ? lasts : [...lasts, by]).padEnd(ROOM)),
      )

type Opened = readonly [from: number | null, until: number | null, by?: string]

export const openLasts = (key: KeyObject, owner: OwnerId, row: string, sealed: Buffer | null): Opened =>
  sealed === null ? [null, null] : openJsonForTenant<Opened>(key, place(owner, row), sealed)

type Told = readonly [kind: Relation, token: string, row: string, lasts: string | null]
type Held = { readonly kind: Relation; readonly windows: readonly Opened[] }
const MOST_KEPT = 20_000
const NONE: readonly Relation[] = []
const plain = (row: string) => row.replaceAll('-', '')
const bytes = (base64: string | null | undefined) => (base64 ? Buffer.from(base64, 'base64') : null)

export const windowHolds = ([from, until]: Opened, now: number): boolean =>
  (from === null || from <= now) && (until === null || until > now)

/** Which relations hold at a moment. What was opened before is found again by the very text and its owner. */
export function createRelationsAt(key: () => KeyObject) {
  const kept = new Map<string, readonly Held[]>()

  function opened(owner: OwnerId, text: string, { name, token: own, ways }: Carer): readonly Held[] {
    const asked = `${owner} ${name} ${text}`
    const found = kept.get(asked)
    if (found !== undefined) return found
    const held = (JSON.parse(text) as Told[]).flatMap(([kind, token, row, lasts]) => {
      const relation = openLasts(key(), owner, plain(row), bytes(lasts))
      const said = relation[2] === own ? ('self-declared' as const) : kind
      return (ways.get(token) ?? []).map((way) => ({ kind: said, windows: [relation, ...openMemberships(key(), way)] }))
    })
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string)
    kept.set(asked, held)
    return held
  }

  /** In order, each once. */
  return function relationsAt({ owner, text, carer }: HeldRelations, now: number): readonly Relation[] {
    if (text === null) return NONE
    const holding = opened(owner, text, carer).filter(({ windows }) => windows.every((one) => windowHolds(one, now)))
    return holding.length === 0 ? NONE : [...new Set(holding.map((one) => one.kind))].sort()
  }
}

/** How long each membership of a way lasts. */
export function openMemberships(key: KeyObject, way: Way): Opened[] {
  const windows: Opened[] = []
  for (let n = 0; n < way.length; n += 2) {
    const row = way[n]
    if (row != null) windows.push(openLasts(key, TENANT_OWNER, plain(row), bytes(way[n + 1])))
  }
  return windows
}
