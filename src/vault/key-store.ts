import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lengthPrefixed } from '../kernel/bytes.ts'
import { writeDurably } from '../kernel/durable-file.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openBytes, sealBytes } from './cobblestone.ts'
import { checkValue } from './root-file.ts'

export const SHARDS = 4096
/** The tenant's own random keys; each wrapped by the tenant KEK. */
export const TENANT_KEYS = [
  'chart',
  'label',
  'audit',
  'token',
  'identity',
  'cursor',
  'log-ed25519',
  'log-mldsa',
] as const
export type TenantKey = (typeof TENANT_KEYS)[number]

type Wrapped = { readonly version: number; readonly wrapped: string }
/** `next` is there while a shard is being rewrapped: both KEKs open until `adoptShards` forgets the old. */
type Shard = Wrapped & { readonly next?: Wrapped }
type StoreFile = {
  readonly format: 'chartwarden/key-store/v1'
  readonly rootCheck: string
  readonly tenant: Wrapped
  readonly keys: Readonly<Record<TenantKey, Wrapped>>
  readonly shards: readonly Shard[]
}

const wrapContext = (what: string, version: number) => lengthPrefixed(['cw1', 'key', what, String(version)])
const wrap = (by: KeyObject, what: string, version: number, key: Buffer): Wrapped => ({
  version,
  wrapped: sealBytes(by, wrapContext(what, version), key).toString('base64'),
})
const unwrap = (by: KeyObject, what: string, { version, wrapped }: Wrapped): Buffer =>
  openBytes(by, wrapContext(what, version), Buffer.from(wrapped, 'base64'))

/**
 * The key store: a folder apart from the database that holds what opens it. The shard KEKs live here only,
 * so replacing one and forgetting the old is what makes an erasure real (decisions/0005).
 * The store's file is the only owner of key state; every change is one durable replacement of that file.
 */
export type KeyStore = {
  key(name: TenantKey): KeyObject
  /** The bytes of a tenant key, for what cannot take a KeyObject (signing seeds). Never cache them. */
  seed(name: TenantKey): Buffer
  shardOf(owner: string): number
  /** The KEK of a shard: the newest, or the version named. Throws `key.shredded` for one that is forgotten. */
  shardKek(shard: number, version?: number): { version: number; kek: KeyObject }
  status(): { tenantVersion: number; shardVersions: { lowest: number; highest: number }; shards: number }
  /** New tenant KEK; everything under it is rewrapped, nothing else changes. */
  rotateTenant(): { version: number }
  /** Makes the next KEK of each shard durable beside the old one, or finds the one begun before. */
  proposeShards(shards: readonly number[]): void
  /** Forgets the old KEK of each shard: from here on nothing wrapped under it opens. */
  adoptShards(shards: readonly number[]): void
  /** Shards between `proposeShards` and `adoptShards`, left so by a crash. */
  unfinished(): number[]
  /** Reads the file again when another process replaced it. Returns whether it had. */
  refresh(): boolean
}

export const storePath = (folder: string) => join(folder, 'keys.json')

/** Makes a new key store under `root`; refuses to replace one. */
export function createKeyStore(folder: string, root: KeyObject): KeyStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (existsSync(storePath(folder)))
    throw new Refusal('start.unsafe', `There is a key store in ${folder} already; it is never overwritten.`)
  const tenantKek = randomBytes(32)
  const by = createSecretKey(tenantKek)
  const file: StoreFile = {
    format: 'chartwarden/key-store/v1',
    rootCheck: checkValue(root),
    tenant: wrap(root, 'tenant', 1, tenantKek),
    keys: Object.fromEntries(
      TENANT_KEYS.map((name) => [name, wrap(by, name, 1, randomBytes(32))]),
    ) as StoreFile['keys'],
    shards: Array.from({ length: SHARDS }, (_, shard) => wrap(by, `shard ${shard}`, 1, randomBytes(32))),
  }
  writeDurably(storePath(folder), JSON.stringify(file))
  return openKeyStore(folder, root)
}

/** Opens the key store with its root; refuses a wrong root and a store that others can read. */
export function openKeyStore(folder: string, root: KeyObject): KeyStore {
  refuseReadable(folder)
  refuseReadable(storePath(folder))
  let stamp = ''
  let file: StoreFile
  let tenantKek: KeyObject
  let opened = new Map<string, KeyObject>()
  let hashedBy: KeyObject

  function refresh(): boolean {
    const { mtimeNs, ino, size } = statSync(storePath(folder), { bigint: true })
    const now = `${mtimeNs} ${ino} ${size}`
    if (now === stamp) return false
    file = JSON.parse(readFileSync(storePath(folder), 'utf8')) as StoreFile
    if (file.rootCheck !== checkValue(root))
      throw new Refusal(
        'start.unsafe',
        'This root key does not belong to this key store. Give the right key file or passphrase.',
      )
    tenantKek = createSecretKey(unwrap(root, 'tenant', file.tenant))
    opened = new Map()
    hashedBy = key('token')
    stamp = now
    return true
  }

  function replace(next: StoreFile): void {
    writeDurably(storePath(folder), JSON.stringify(next))
    refresh()
  }

  function remembered(name: string, wrapped: Wrapped): KeyObject {
    const at = `${name} ${wrapped.version}`
    let kek = opened.get(at)
    if (kek === undefined) {
      kek = createSecretKey(unwrap(tenantKek, name, wrapped))
      opened.set(at, kek)
    }
    return kek
  }

  const key = (name: TenantKey) => remembered(name, file.keys[name])
  const shardFile = (shard: number) => file.shards[shard] as Shard
  const replaceShards = (some: readonly number[], by: (shard: Shard, n: number) => Shard) => {
    const among = new Set(some)
    replace({ ...file, shards: file.shards.map((shard, n) => (among.has(n) ? by(shard, n) : shard)) })
  }
  refresh()

  return {
    key,
    seed: (name) => unwrap(tenantKek, name, file.keys[name]),
    shardOf: (owner) =>
      createHmac('sha256', hashedBy)
        .update(lengthPrefixed(['cw1', 'shard', owner]))
        .digest()
        .readUInt16BE(0) % SHARDS,
    shardKek(shard, version) {
      const { next, ...current } = shardFile(shard)
      const wrapped =
        version === undefined ? (next ?? current) : [current, next].find((one) => one?.version === version)
      if (wrapped === undefined) throw new Refusal('key.shredded', 'The key of this chart was destroyed.')
      return { version: wrapped.version, kek: remembered(`shard ${shard}`, wrapped) }
    },
    status: () => {
      const versions = file.shards.map((shard) => shard.version)
      return {
        tenantVersion: file.tenant.version,
        shardVersions: { lowest: Math.min(...versions), highest: Math.max(...versions) },
        shards: versions.length,
      }
    },
    rotateTenant() {
      const fresh = randomBytes(32)
      const by = createSecretKey(fresh)
      const again = (name: string, old: Wrapped) => wrap(by, name, old.version, unwrap(tenantKek, name, old))
      const version = file.tenant.version + 1
      replace({
        ...file,
        tenant: wrap(root, 'tenant', version, fresh),
        keys: Object.fromEntries(TENANT_KEYS.map((name) => [name, again(name, file.keys[name])])) as StoreFile['keys'],
        shards: file.shards.map(({ next, ...old }, shard) => ({
          ...again(`shard ${shard}`, old),
          ...(next && { next: again(`shard ${shard}`, next) }),
        })),
      })
      return { version }
    },
    proposeShards(shards) {
      refresh()
      replaceShards(shards, (shard, n) =>
        shard.next === undefined
          ? { ...shard, next: wrap(tenantKek, `shard ${n}`, shard.version + 1, randomBytes(32)) }
          : shard,
      )
    },
    adoptShards(shards) {
      refresh()
      replaceShards(shards, (shard) => shard.next ?? shard)
    },
    unfinished: () => file.shards.flatMap((shard, n) => (shard.next === undefined ? [] : [n])),
    refresh,
  }
}

/** A key file that others can read is no secret: refuse, and say the command that mends it. */
export function refuseReadable(path: string): void {
  if (!existsSync(path))
    throw new Refusal('start.unsafe', `There is no key store at ${path}. Make one with: npx chartwarden init`)
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new Refusal('start.unsafe', `${path} can be read by others. Close it with: chmod go-rwx ${path}`)
  }
}
