import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EMPTY_ROOT, leafHash, nodeHash, verifyConsistency, verifyInclusion } from './merkle.ts'
import {
  createTreeEdge,
  encodeEntryBundle,
  parseEntryBundle,
  parseTilePath,
  partialWidth,
  proveConsistency,
  proveInclusion,
  readEdge,
  rootOf,
  type TileReader,
  tilePath,
  tileWidth,
} from './tiles.ts'

const leaves = Array.from({ length: 70_000 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)))

/** RFC 6962 section 2.1, word for word. */
function naiveRoot(from: number, to: number): Buffer {
  if (to === from) return EMPTY_ROOT
  if (to - from === 1) return leaves[from] as Buffer
  let k = 1
  while (k * 2 < to - from) k *= 2
  return nodeHash(naiveRoot(from, from + k), naiveRoot(from + k, to))
}

/** A log that keeps its tiles in a map, grown by batches of these sizes, its edge read again before each. */
async function grow(batches: readonly number[]) {
  const tiles = new Map<string, Buffer>()
  const read: TileReader = async (level, n) => tiles.get(`${level}/${n}`) ?? Buffer.alloc(0)
  let size = 0
  let root = EMPTY_ROOT
  for (const batch of batches) {
    const tree = createTreeEdge(size, await readEdge(size, read))
    const grown = tree.append(leaves.slice(size, size + batch))
    for (const { level, n, hashes } of grown.changed) tiles.set(`${level}/${n}`, Buffer.from(hashes))
    ;({ size, root } = grown)
  }
  return { tiles, read, size, root }
}

const batches = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 700 })), { maxLength: 8 })

test('a tree grown in any batches has the root of RFC 6962, and tiles that give it again', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (sizes) => {
      const { read, size, root } = await grow(sizes)
      assert.deepEqual(root, naiveRoot(0, size))
      assert.deepEqual(await rootOf(size, read), root)
    }),
    { numRuns: 40 },
  )
})

test('one edge that lives on grows the same tree as one that is read again', async () => {
  const tree = createTreeEdge(0, [])
  let root = EMPTY_ROOT
  for (let at = 0; at < 1_500; at += 100) root = tree.append(leaves.slice(at, at + 100)).root
  assert.deepEqual(root, (await grow([1_500])).root)
  assert.deepEqual(tree.append([]), { changed: [], size: 1_500, root })
})

test('proofs made from tiles are verified, for every smaller size of the same log too', async () => {
  const { read, size } = await grow([1, 600, 99, 1_300])
  const anyOf = fc.integer({ min: 1, max: size }).chain((n) => fc.tuple(fc.constant(n), fc.nat({ max: n })))
  await fc.assert(
    fc.asyncProperty(anyOf, async ([n, m]) => {
      const root = naiveRoot(0, n)
      const index = Math.min(m, n - 1)
      const proof = await proveInclusion(index, n, read)
      assert.ok(verifyInclusion(BigInt(index), BigInt(n), proof, leaves[index] as Buffer, root))
      assert.ok(!verifyInclusion(BigInt(index), BigInt(n), proof, leaves[index + 1] as Buffer, root))
      const grown = await proveConsistency(m, n, read)
      const expected = m > 0
      assert.equal(verifyConsistency(BigInt(m), BigInt(n), grown, naiveRoot(0, m), root), expected)
      if (m < n) assert.ok(!verifyConsistency(BigInt(m), BigInt(n), grown, naiveRoot(1, m + 1), root))
    }),
    { numRuns: 120 },
  )
})

test('a log of 70,000 entries has the tiles that the specification names', async () => {
  const { tiles, read, root } = await grow([65_536, 4_464])
  const widths = [0, 1, 2].map((level) => [tiles.get(`${level}/0`)?.length, partialWidth(level, 70_000)])
  assert.deepEqual(widths, [
    [8192, 112],
    [8192, 17],
    [32, 1],
  ])
  assert.equal(tiles.size, 274 + 2 + 1)
  assert.equal(tiles.get('0/273')?.length, 112 * 32)
  assert.equal(tileWidth(0, 272, 70_000), 256)
  assert.equal(tileWidth(1, 1, 70_000), 17)
  assert.equal(tileWidth(3, 0, 70_000), 0)
  for (const index of [0, 255, 256, 65_535, 65_536, 69_999]) {
    const proof = await proveInclusion(index, 70_000, read)
    assert.ok(verifyInclusion(BigInt(index), 70_000n, proof, leaves[index] as Buffer, root))
  }
  for (const m of [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999]) {
    const proof = await proveConsistency(m, 70_000, read)
    assert.ok(verifyConsistency(BigInt(m), 70_000n, proof, naiveRoot(0, m), root))
  }
})

test('the reader is asked for no tile twice, and for no more hashes than the tree of that size has', async () => {
  const { read } = await grow([2_000])
  const asked: string[] = []
  const size = 1_000
  await proveInclusion(999, size, async (level, n, width) => {
    asked.push(`${level}/${n}`)
    assert.equal(width, tileWidth(level, n, size))
    return read(level, n, width)
  })
  assert.equal(new Set(asked).size, asked.length)
})

test('a tile that is missing or too short, an edge of another size, and a proof of nothing are errors', async () => {
  const { tiles, read } = await grow([300])
  await assert.rejects(rootOf(301, read), /tile 0\/1 has fewer than 45 hashes/)
  tiles.delete('0/0')
  await assert.rejects(proveInclusion(3, 300, read), /tile/)
  await assert.rejects(proveInclusion(300, 300, read), RangeError)
  await assert.rejects(proveInclusion(-1, 300, read), RangeError)
  await assert.rejects(proveInclusion(0.5, 300, read), RangeError)
  await assert.rejects(proveConsistency(301, 300, read), RangeError)
  assert.throws(() => createTreeEdge(300, []), /does not fit/)
  assert.throws(() => createTreeEdge(0, [Buffer.alloc(32)]), /does not fit/)
  assert.throws(() => createTreeEdge(256, [Buffer.alloc(0)]), /does not fit/)
})

test('proofs stay right where numbers no longer fit 32 bits', async () => {
  const filler = leafHash(Buffer.from('the same everywhere'))
  const powers = [filler]
  for (let height = 1; height <= 52; height += 1)
    powers.push(nodeHash(powers.at(-1) as Buffer, powers.at(-1) as Buffer))
  const read: TileReader = async (level, _n, width) => Buffer.concat(Array(width).fill(powers[level * 8] as Buffer))
  const size = 2 ** 49 + 2 ** 33 + 3
  const root = await rootOf(size, read)
  for (const index of [0, 2 ** 33 + 1, 2 ** 49 - 1, 2 ** 49, size - 1]) {
    assert.ok(verifyInclusion(BigInt(index), BigInt(size), await proveInclusion(index, size, read), filler, root))
  }
  for (const m of [1, 2 ** 32 + 1, 2 ** 49, 2 ** 49 + 1, size - 1]) {
    const proof = await proveConsistency(m, size, read)
    assert.ok(verifyConsistency(BigInt(m), BigInt(size), proof, await rootOf(m, read), root))
  }
})

test('paths of tiles are written and read as in the specification, and nothing else is read', () => {
  assert.equal(tilePath(0, 1_234_067), 'tile/0/x001/x234/067')
  assert.equal(tilePath(1, 0, 17), 'tile/1/000.p/17')
  assert.equal(tilePath('entries', 999, 256), 'tile/entries/999')
  const level = fc.oneof(fc.constant('entries' as const), fc.nat({ max: 63 }))
  fc.assert(
    fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (where, n, width) => {
      assert.deepEqual(parseTilePath(tilePath(where, n, width)), { level: where, n, width })
    }),
  )
  const wrong = [
    ...['tile/00/000', 'tile/64/000', 'tile/-1/000', 'tile/0/0', 'tile/0/x000/001', 'tile/0/x1/000', 'tile/0/1000'],
    ...['tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/000.p/', '/tile/0/000', 'tile/0/000/', 'x'],
    ...['tile/names/000', 'tile/0/x999/x999/x999/x999/x999/999', 'tile/0/000\n', ''],
  ]
  for (const path of wrong) assert.equal(parseTilePath(path), undefined, path)
})

test('bundles of entries come apart as they were put together, and a cut one is an error', () => {
  const entries = fc.array(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    { maxLength: 256 },
  )
  fc.assert(
    fc.property(entries, (some) => {
      const bundle = encodeEntryBundle(some)
      assert.deepEqual(parseEntryBundle(bundle), some)
      if (bundle.length > 2 && (some.at(-1)?.length ?? 0) > 0) {
        assert.throws(() => parseEntryBundle(bundle.subarray(0, -1)), /cut off/)
      }
    }),
    { numRuns: 50 },
  )
  assert.throws(() => parseEntryBundle(Buffer.from([0])), /cut off/)
  assert.throws(() => encodeEntryBundle([Buffer.alloc(65_536)]), RangeError)
  assert.equal(encodeEntryBundle([Buffer.alloc(65_535)]).length, 65_537)
})
