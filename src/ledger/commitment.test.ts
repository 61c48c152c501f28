import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalJson } from '../../test/canonical-json.ts'
import { chainLink, commitTo, FIRST, leafEntry, ownerLink, rowDigest } from './commitment.ts'

const bytes = (value: number) => Buffer.alloc(32, value)

test('a leaf is canonical JSON, and holds nothing but commitments, a kind, a node and a time', () => {
  for (const digests of [null, bytes(3)]) {
    const leaf = leafEntry({
      kind: 'AuditEvent',
      at: new Date(0),
      node: 'node "1"',
      commitment: bytes(1),
      digests,
      ownerLink: bytes(2),
    })
    const parsed = JSON.parse(leaf.toString()) as object
    assert.equal(leaf.toString(), canonicalJson(parsed))
    assert.deepEqual(
      Object.keys(parsed),
      digests === null ? ['c', 'k', 'q', 's', 'ts', 'v'] : ['c', 'd', 'k', 'q', 's', 'ts', 'v'],
    )
  }
})

test('every part changes what commits to it', () => {
  const all = [
    commitTo(bytes(1), bytes(2)),
    commitTo(bytes(2), bytes(2)),
    commitTo(bytes(1), bytes(1)),
    chainLink(FIRST, 1, 1, bytes(1), null),
    chainLink(bytes(1), 1, 1, bytes(1), null),
    chainLink(FIRST, 2, 1, bytes(1), null),
    chainLink(FIRST, 1, 2, bytes(1), null),
    chainLink(FIRST, 1, 1, bytes(2), null),
    chainLink(FIRST, 1, 1, bytes(1), bytes(1)),
    ownerLink(bytes(1), 1, FIRST),
    ownerLink(bytes(2), 1, FIRST),
    ownerLink(bytes(1), 2, FIRST),
    ownerLink(bytes(1), 1, bytes(1)),
    rowDigest('00'.repeat(16), 1, bytes(1), null),
    rowDigest('01'.repeat(16), 1, bytes(1), null),
    rowDigest('00'.repeat(16), 2, bytes(1), null),
    rowDigest('00'.repeat(16), 1, bytes(2), null),
    rowDigest('00'.repeat(16), 1, bytes(1), bytes(1)),
  ]
  assert.equal(new Set(all.map((one) => one.toString('hex'))).size, all.length)
})
