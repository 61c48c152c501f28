import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EMPTY_ROOT, leafHash, nodeHash, verifyConsistency, verifyInclusion } from './merkle.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

test('hashes are those of RFC 6962', () => {
  assert.equal(EMPTY_ROOT.toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.equal(
    leafHash(Buffer.alloc(0)).toString('hex'),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  )
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  let row = inputs.map((input) => leafHash(hex(input)))
  while (row.length > 1) row = row.flatMap((left, at) => (at % 2 === 0 ? [nodeHash(left, row[at + 1] as Buffer)] : []))
  assert.equal(row[0]?.toString('hex'), '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
})

test('nodeHash does not keep or change what it is given', () => {
  const [left, right] = [leafHash(hex('01')), leafHash(hex('02'))]
  const [l, r] = [Buffer.from(left), Buffer.from(right)]
  const first = nodeHash(left, right)
  nodeHash(right, left)
  assert.deepEqual([left, right], [l, r])
  assert.deepEqual(nodeHash(left, right), first)
})

test('two empty trees are consistent only when both roots are the empty root', () => {
  const other = leafHash(hex('00'))
  assert.equal(verifyConsistency(0n, 0n, [], EMPTY_ROOT, EMPTY_ROOT), true)
  assert.equal(verifyConsistency(0n, 0n, [], other, other), false)
  assert.equal(verifyConsistency(0n, 1n, [], EMPTY_ROOT, other), false)
  assert.equal(verifyConsistency(0n, 1n, [other], EMPTY_ROOT, other), false)
})

test('counts that make no sense, and hashes of another length, are never verified', () => {
  const leaf = leafHash(hex('00'))
  assert.equal(verifyInclusion(0n, 1n, [], leaf, leaf), true)
  assert.equal(verifyInclusion(-1n, 1n, [], leaf, leaf), false)
  assert.equal(verifyInclusion(1n, 1n, [], leaf, leaf), false)
  assert.equal(verifyInclusion(0n, 0n, [], leaf, leaf), false)
  assert.equal(verifyConsistency(2n, 1n, [leaf], leaf, leaf), false)
  assert.equal(verifyConsistency(-1n, 1n, [leaf], leaf, leaf), false)
  const short = hex('00')
  assert.equal(verifyInclusion(0n, 1n, [], short, short), false)
  const pair = nodeHash(leaf, leaf)
  assert.equal(verifyInclusion(0n, 2n, [leaf], leaf, pair), true)
  assert.equal(verifyInclusion(0n, 2n, [leaf.subarray(0, 31)], leaf, pair), false)
})

test('proofs of any length against sizes up to 2^64 end in an answer', () => {
  const size = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const proof = fc.array(fc.constant(leafHash(hex('00'))), { maxLength: 70 })
  fc.assert(
    fc.property(size, size, proof, (a, b, hashes) => {
      assert.equal(verifyInclusion(a, b, hashes, EMPTY_ROOT, EMPTY_ROOT), false)
      assert.equal(verifyConsistency(a, b, hashes, EMPTY_ROOT, EMPTY_ROOT), a === b && hashes.length === 0)
    }),
  )
})
