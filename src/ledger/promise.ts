import { type KeyObject, verify } from 'node:crypto'
import { leafHash, nodeHash } from './merkle.ts'
import type { Prepared } from './prepare-entry.ts'

const signedBytes = (root: Buffer, size: number): Buffer =>
  Buffer.from(`chartwarden/promise/v1\n${size}\n${root.toString('base64')}\n`)

const promised = (id: string, commitment: Buffer): Buffer =>
  leafHash(Buffer.concat([Buffer.from(id, 'hex'), commitment]))

/**
 * The log's promise that each entry will be in the tree: one Ed25519 signature over the Merkle root of the
 * entries that were committed together, and for each its path. One signature serves a whole batch.
 * Form: `size.index.path.signature`, the last two base64url.
 */
export function promiseOver(
  entries: readonly Pick<Prepared, 'id' | 'commitment'>[],
  sign: (message: Buffer) => Buffer,
): string[] {
  if (entries.length === 0) return []
  const paths: Buffer[][] = entries.map(() => [])
  let level = entries.map((entry, n) => ({ hash: promised(entry.id, entry.commitment), from: [n] }))
  while (level.length > 1) {
    const above: typeof level = []
    for (let n = 0; n < level.length; n += 2) {
      const left = level[n] as (typeof level)[number]
      const right = level[n + 1]
      if (right === undefined) {
        above.push(left)
        continue
      }
      for (const leaf of left.from) paths[leaf]?.push(right.hash)
      for (const leaf of right.from) paths[leaf]?.push(left.hash)
      above.push({ hash: nodeHash(left.hash, right.hash), from: [...left.from, ...right.from] })
    }
    level = above
  }
  const root = level[0]?.hash as Buffer
  const signature = sign(signedBytes(root, entries.length)).toString('base64url')
  return entries.map(
    (_, n) => `${entries.length}.${n}.${Buffer.concat(paths[n] as Buffer[]).toString('base64url')}.${signature}`,
  )
}

/** Whether a promise is the log's own for this entry. `publicKey` is the log's raw Ed25519 key, 32 bytes. */
export function checkPromise(promise: string, id: string, commitment: Buffer, publicKey: KeyObject): boolean {
  const [sizeText, indexText, pathText, signature] = promise.split('.')
  let size = Number(sizeText)
  let index = Number(indexText)
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index >= size || signature === undefined)
    return false
  const signedSize = size
  const path = Buffer.from(pathText ?? '', 'base64url')
  let hash = promised(id, commitment)
  let at = 0
  while (size > 1) {
    const alone = index === size - 1 && size % 2 === 1
    if (!alone) {
      const sibling = path.subarray(at, at + 32)
      if (sibling.length !== 32) return false
      hash = index % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
      at += 32
    }
    index = Math.floor(index / 2)
    size = Math.ceil(size / 2)
  }
  return (
    at === path.length && verify(null, signedBytes(hash, signedSize), publicKey, Buffer.from(signature, 'base64url'))
  )
}
