import { hash } from 'node:crypto'

const sha256 = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer')
const COMMIT = Buffer.from('chartwarden/audit-commit/v1\0')
const CHAIN = Buffer.from('chartwarden/chain/v1\0')
const OWNER_SEQUENCE = Buffer.from('chartwarden/owner-sequence/v1\0')
const ROW = Buffer.from('chartwarden/row/v1\0')

export const FIRST = Buffer.alloc(32)

const u64 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** What the leaf says of an event: nothing, to whoever has not the 32-byte salt. */
export const commitTo = (salt: Buffer, event: Buffer): Buffer => sha256(Buffer.concat([COMMIT, salt, event]))

/** The link of a node's chain: over the link before, the place in the chain, and the commitment. */
export const chainLink = (
  previous: Buffer,
  chain: number,
  seq: number,
  commitment: Buffer,
  digests: Buffer | null,
): Buffer =>
  sha256(Buffer.concat([CHAIN, previous, u64(chain), u64(seq), commitment, digests === null ? FIRST : sha256(digests)]))

/**
 * Commits an entry to its place in its owner's own gap-free sequence, without saying whose: `blind` is
 * random, kept in the database and given to the patient, so outsiders cannot link entries of one owner.
 */
export const ownerLink = (blind: Buffer, ownerSeq: number, lastCommitment: Buffer): Buffer =>
  sha256(Buffer.concat([OWNER_SEQUENCE, blind, u64(ownerSeq), lastCommitment]))

/** SHA-256 over everything sealed in one version of a record, bound to where it stands. */
export function rowDigest(row: string, version: number, label: Buffer, body: Buffer | null): Buffer {
  const empty = body === null ? FIRST : sha256(body)
  return sha256(Buffer.concat([ROW, Buffer.from(row, 'hex'), u64(version), sha256(label), empty]))
}

export type LeafFields = {
  readonly kind: string
  readonly at: Date
  readonly node: string
  readonly commitment: Buffer
  readonly digests: Buffer | null
  readonly ownerLink: Buffer
}

/**
 * The bytes of a leaf: JCS JSON without any identifier. `c` commits to the event, `d` to the digests of the
 * rows it wrote, `q` to its place in its owner's sequence, `s` names the node.
 */
export function leafEntry({ kind, at, node, commitment, digests, ownerLink: q }: LeafFields): Buffer {
  const d = digests === null ? '' : `"d":"${sha256(digests).toString('base64url')}",`
  const text = `{"c":"${commitment.toString('base64url')}",${d}"k":${JSON.stringify(kind)},"q":"${q.toString('base64url')}","s":${JSON.stringify(node)},"ts":"${at.toISOString()}","v":1}`
  return Buffer.from(text)
}
