import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { lengthPrefixed } from '../kernel/bytes.ts'
import { type OwnerId, TENANT_OWNER } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openBytes, sealBytes } from './cobblestone.ts'
import { hkdfExpand } from './hkdf-expand.ts'
import type { KeyStore } from './key-store.ts'

/** What a key is for. Each class of a chart has a key of its own, derived from its owner's. */
const CHART_CLASSES = ['general', 'mental', 'sud', 'hiv', 'genetic', 'repro', 'index', 'emergency'] as const
/** `audit` is random and apart from the chart's key: a shredded chart keeps its access log. */
export type KeyClass = (typeof CHART_CLASSES)[number] | 'audit'

/** An owner's wrapped keys, as the database holds them. `wrappedKey` is null after a shred. */
export type WrappedOwner = {
  readonly owner: OwnerId
  readonly shard: number
  readonly kekVersion: number
  readonly wrappedKey: Buffer | null
  readonly auditKey: Buffer
}

export type OwnerKeys = {
  readonly owner: OwnerId
  /** Throws `key.shredded` for every class but `audit` when the chart was erased. */
  key(keyClass: KeyClass): KeyObject
}

const chartContext = (owner: OwnerId, shard: number, version: number) =>
  lengthPrefixed(['cw1', 'patient-key', owner, String(shard), String(version)])
const auditContext = (owner: OwnerId) => lengthPrefixed(['cw1', 'audit-key', owner])

function classKey(from: KeyObject, keyClass: KeyClass): KeyObject {
  return createSecretKey(hkdfExpand('sha512', from, Buffer.from(`chartwarden/class/v1${keyClass}`), 32))
}

/** Makes and wraps the keys of a new owner. The tenant's chart key is wrapped by the tenant's own. */
export function newOwner(store: KeyStore, owner: OwnerId): WrappedOwner {
  const shard = owner === TENANT_OWNER ? 0 : store.shardOf(owner)
  return {
    ...wrapChart(store, owner, shard, randomBytes(32)),
    auditKey: sealBytes(store.key('audit'), auditContext(owner), randomBytes(32)),
  }
}

function wrapChart(store: KeyStore, owner: OwnerId, shard: number, key: Buffer) {
  const { version, kek } = owner === TENANT_OWNER ? { version: 1, kek: store.key('chart') } : store.shardKek(shard)
  return { owner, shard, kekVersion: version, wrappedKey: sealBytes(kek, chartContext(owner, shard, version), key) }
}

function unwrapChart(store: KeyStore, wrapped: WrappedOwner): Buffer {
  if (wrapped.wrappedKey === null) throw new Refusal('key.shredded', 'The key of this chart was destroyed.')
  const kek =
    wrapped.owner === TENANT_OWNER ? store.key('chart') : store.shardKek(wrapped.shard, wrapped.kekVersion).kek
  return openBytes(kek, chartContext(wrapped.owner, wrapped.shard, wrapped.kekVersion), wrapped.wrappedKey)
}

/** The same chart key under the shard's newest KEK; nothing sealed with it changes. */
export function rewrap(store: KeyStore, wrapped: WrappedOwner): WrappedOwner {
  return { ...wrapped, ...wrapChart(store, wrapped.owner, wrapped.shard, unwrapChart(store, wrapped)) }
}

export function unwrapOwner(store: KeyStore, wrapped: WrappedOwner): OwnerKeys {
  const from = wrapped.wrappedKey === null ? undefined : createSecretKey(unwrapChart(store, wrapped))
  const classes = new Map<KeyClass, KeyObject>()
  function derive(keyClass: KeyClass): KeyObject {
    if (keyClass === 'audit')
      return createSecretKey(openBytes(store.key('audit'), auditContext(wrapped.owner), wrapped.auditKey))
    if (from === undefined) throw new Refusal('key.shredded', 'The key of this chart was destroyed.')
    return classKey(from, keyClass)
  }
  return {
    owner: wrapped.owner,
    key(keyClass) {
      let key = classes.get(keyClass)
      if (key === undefined) {
        key = derive(keyClass)
        classes.set(keyClass, key)
      }
      return key
    },
  }
}

/**
 * Unwrapped owners, kept for minutes at most and forgotten at once when the epoch of keys moves
 * (a shred or a rotation in any process). Owned by one process; holds KeyObjects only.
 */
export function createOwnerCache(store: KeyStore, { most = 20_000, forMs = 300_000 } = {}) {
  const held = new Map<OwnerId, { keys: OwnerKeys; until: number }>()
  const pinned = new Map<OwnerId, OwnerKeys>()
  let epoch = -1
  function see(epochNow: number): void {
    if (epochNow === epoch) return
    held.clear()
    store.refresh()
    epoch = epochNow
  }
  return {
    /** Tells what the epoch of keys is now; MUST be called before new keys are wrapped. */
    see,
    /** MUST be given the epoch that came with the row. */
    unwrap(wrapped: WrappedOwner, epochNow: number): OwnerKeys {
      see(epochNow)
      const found = held.get(wrapped.owner)
      if (found !== undefined && found.until > Date.now()) return found.keys
      const keys = unwrapOwner(store, wrapped)
      if (held.size >= most && !held.has(wrapped.owner)) held.delete(held.keys().next().value as OwnerId)
      held.set(wrapped.owner, { keys, until: Date.now() + forMs })
      return keys
    },
    /** Unwraps and keeps as long as the process lives: the tenant's own, which is never shredded. */
    pin(wrapped: WrappedOwner): void {
      pinned.set(wrapped.owner, unwrapOwner(store, wrapped))
    },
    /** The keys of an owner whose row this process has seen a moment ago. */
    held(owner: OwnerId): OwnerKeys {
      const found = pinned.get(owner) ?? held.get(owner)?.keys
      if (found === undefined) throw new Error('the keys of this owner were not fetched')
      return found
    },
  }
}
export type OwnerCache = ReturnType<typeof createOwnerCache>
