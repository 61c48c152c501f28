import type { KeyObject } from 'node:crypto'
import { lengthPrefixed } from '../kernel/bytes.ts'
import { type OwnerId, type RowId, TENANT_ID } from '../kernel/ids.ts'
import { isMinted, type Opens, type Receipt } from '../kernel/receipt.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openBytes, sealBytes } from './cobblestone.ts'
import type { KeyClass, OwnerKeys } from './owner-keys.ts'
import { pad, unpad } from './padding.ts'

/** Which bytes these are. All of it is bound into the seal, so bytes that were moved do not open. */
export type Place = {
  readonly owner: OwnerId
  readonly type: string
  readonly row: RowId | string
  readonly version: number
  readonly column: 'body' | 'label' | 'page' | 'chunk' | 'event' | 'identity' | 'cursor' | 'review' | 'watch'
}

const FORMAT = 1
const KEY_VERSION = 1
const HEADER = Buffer.from([FORMAT, 0, 0, 0, KEY_VERSION])

const contextOf = (purpose: string, { owner, type, row, version, column }: Place) =>
  lengthPrefixed(['cw1', purpose, String(TENANT_ID), owner, type, row, String(version), column, String(KEY_VERSION)])

/** Format byte, key version (u32), Cobblestone-256 over the padded plaintext. Source: decisions/0002. */
function sealWith(key: KeyObject, purpose: string, place: Place, plaintext: Buffer): Buffer {
  return sealBytes(key, contextOf(purpose, place), pad(plaintext), HEADER)
}

function openWith(key: KeyObject, purpose: string, place: Place, sealed: Buffer): Buffer {
  if (!sealed.subarray(0, HEADER.length).equals(HEADER)) throw new Error('sealed bytes of an unknown format')
  return unpad(openBytes(key, contextOf(purpose, place), sealed.subarray(HEADER.length)))
}

/** Seals a part of a chart (a body, an index page, a chunk of a blob) under its owner's key of that class. */
export function seal(keys: OwnerKeys, keyClass: KeyClass, place: Place, plaintext: Buffer): Buffer {
  return sealWith(keys.key(keyClass), keyClass, place, plaintext)
}

function covers(opens: Opens, place: Place): boolean {
  if ('everything' in opens) return true
  if ('indexes' in opens) return place.column === 'page'
  if ('events' in opens) return place.column === 'event'
  return 'owners' in opens ? opens.owners.has(place.owner) : opens.rows.has(place.row as RowId)
}

/**
 * Opens a part of a chart. `receipt` MUST name this owner or this row and not have ended: the ledger holds
 * who sees it before anybody does. Throws Error when the bytes are not what was sealed for this place.
 */
export function open(receipt: Receipt, keys: OwnerKeys, keyClass: KeyClass, place: Place, sealed: Buffer): Buffer {
  if (!isMinted(receipt)) throw new Error('this receipt was not given by the ledger')
  if (receipt.until < Date.now())
    throw new Refusal('ledger.unavailable', 'The receipt for this release has ended; ask again.')
  if (!covers(receipt.opens, place)) throw new Error('this receipt does not cover what it was used for')
  return openWith(keys.key(keyClass), keyClass, place, sealed)
}

/** What the tenant keeps sealed for itself: labels (opened to decide), identity secrets, cursors. */
export function sealForTenant(key: KeyObject, place: Place, plaintext: Buffer): Buffer {
  return sealWith(key, 'tenant', place, plaintext)
}
export function openForTenant(key: KeyObject, place: Place, sealed: Buffer): Buffer {
  return openWith(key, 'tenant', place, sealed)
}

/** The same for a value as JSON. */
export const sealJsonForTenant = (key: KeyObject, place: Place, value: unknown): Buffer =>
  sealForTenant(key, place, Buffer.from(JSON.stringify(value)))
export const openJsonForTenant = <Value>(key: KeyObject, place: Place, sealed: Buffer): Value =>
  JSON.parse(openForTenant(key, place, sealed).toString()) as Value
