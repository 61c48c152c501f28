import { hash } from 'node:crypto'

/** Merkle trees of RFC 6962 section 2.1 (RFC 9162 section 2.1) over SHA-256. Hashes are Buffers of 32 bytes. */
const LEAF = Buffer.from([0])
/** Where the 65 bytes of a node are put together: hashing is synchronous, so one place is enough. */
const node = Buffer.alloc(65, 1)

const sha256 = (bytes: Buffer) => hash('sha256', bytes, 'buffer')

/** The root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0))

export function leafHash(entry: Buffer): Buffer {
  return sha256(Buffer.concat([LEAF, entry]))
}

export function nodeHash(left: Buffer, right: Buffer): Buffer {
  node.set(left, 1)
  node.set(right, 33)
  return sha256(node)
}

const isHash = (bytes: Buffer) => bytes.length === 32
const isOdd = (n: bigint) => (n & 1n) === 1n

/**
 * Whether `leaf` (a leaf hash) is at `index` in the tree of `size` leaves that has this root.
 * Source: RFC 9162 section 2.1.3.2.
 */
export function verifyInclusion(index: bigint, size: bigint, proof: Buffer[], leaf: Buffer, root: Buffer): boolean {
  if (index < 0n || index >= size || !isHash(leaf) || !proof.every(isHash)) return false
  let fn = index
  let sn = size - 1n
  let r = leaf
  for (const p of proof) {
    if (sn === 0n) return false
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r)
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      r = nodeHash(r, p)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && r.equals(root)
}

/**
 * Whether the tree of `n` leaves with root `root2` begins with the `m` leaves of the tree with root `root1`.
 * Source: RFC 9162 section 2.1.4.2, and two rules for empty trees: 0 to 0 needs the empty root twice and no
 * proof; 0 to anything else is never verified by a proof, for there is nothing to prove.
 */
export function verifyConsistency(m: bigint, n: bigint, proof: Buffer[], root1: Buffer, root2: Buffer): boolean {
  if (m < 0n || m > n || !proof.every(isHash)) return false
  if (m === n) return proof.length === 0 && root1.equals(root2) && (m !== 0n || root1.equals(EMPTY_ROOT))
  if (m === 0n || proof.length === 0) return false
  const [first, ...rest] = (m & (m - 1n)) === 0n ? [root1, ...proof] : proof
  let fn = m - 1n
  let sn = n - 1n
  while (isOdd(fn)) {
    fn >>= 1n
    sn >>= 1n
  }
  let fr = first as Buffer
  let sr = first as Buffer
  for (const c of rest) {
    if (sn === 0n) return false
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr)
      sr = nodeHash(c, sr)
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      sr = nodeHash(sr, c)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && fr.equals(root1) && sr.equals(root2)
}
