import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { verifyConsistency, verifyInclusion } from '../../src/ledger/merkle.ts'
import { jsonFilesIn, withoutSharedData } from './shared-data.ts'

type Vector = Record<string, unknown> & { readonly wantErr: boolean }

/** Sizes have up to 64 bits, which JSON.parse would round; so numbers are read from their own text. */
function parse(text: string): Vector {
  const exact = (_key: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' ? BigInt(source) : value
  return (JSON.parse as (text: string, reviver: typeof exact) => Vector)(text, exact)
}

const hash = (text: unknown) => Buffer.from((text as string | null) ?? '', 'base64')
const hashes = (list: unknown) => ((list as string[] | null) ?? []).map(hash)

function run(folder: string, verify: (vector: Vector) => boolean): number {
  const files = jsonFilesIn(`security/merkle-proofs/${folder}`)
  for (const file of files) {
    const vector = parse(readFileSync(file, 'utf8'))
    assert.equal(verify(vector), !vector.wantErr, file)
  }
  return files.length
}

test('98 inclusion proofs of transparency-dev/merkle', { skip: withoutSharedData }, () => {
  const count = run('inclusion', ({ leafIdx, treeSize, proof, leafHash, root }) =>
    verifyInclusion(leafIdx as bigint, treeSize as bigint, hashes(proof), hash(leafHash), hash(root)),
  )
  assert.equal(count, 98)
})

test('98 consistency proofs of transparency-dev/merkle', { skip: withoutSharedData }, () => {
  const count = run('consistency', ({ size1, size2, proof, root1, root2 }) =>
    verifyConsistency(size1 as bigint, size2 as bigint, hashes(proof), hash(root1), hash(root2)),
  )
  assert.equal(count, 98)
})
