import { EMPTY_ROOT, nodeHash } from './merkle.ts'

/** Tiles of 256 hashes, 8 levels of the tree high. Source: https://c2sp.org/tlog-tiles@v0.1.0. */
export const TILE_WIDTH = 256
const HASH = 32
const TILE_BYTES = TILE_WIDTH * HASH
const NOTHING = Buffer.alloc(0)

/** How many whole hashes the tree of `size` leaves has at this tile level. */
const hashesAt = (level: number, size: number) => Math.floor(size / TILE_WIDTH ** level)

/** How many hashes the rightmost tile of this level has: 0 (there is no partial tile) to 255. */
export function partialWidth(level: number, size: number): number {
  return hashesAt(level, size) % TILE_WIDTH
}

/** How many hashes tile `n` of this level has in the tree of `size` leaves: 0 to 256. */
export function tileWidth(level: number, n: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesAt(level, size) - n * TILE_WIDTH))
}

/** The root of the perfect tree over these hashes, of which there are a power of two. */
function perfectRoot(hashes: Buffer): Buffer {
  let row: Buffer[] = []
  for (let at = 0; at < hashes.length; at += HASH) row.push(hashes.subarray(at, at + HASH))
  while (row.length > 1) {
    const above: Buffer[] = []
    for (let at = 0; at < row.length; at += 2) above.push(nodeHash(row[at] as Buffer, row[at + 1] as Buffer))
    row = above
  }
  return row[0] as Buffer
}

/** The rightmost, partial tile of each level, from level 0 up; empty where there is none. */
export type TreeEdge = readonly Buffer[]

/** The root, from the edge alone: a perfect subtree for every bit of every width, joined from the right. */
function rootOfEdge(edge: TreeEdge): Buffer {
  let root: Buffer | undefined
  for (const tile of edge) {
    let end = tile.length / HASH
    for (let width = 1; end > 0; width *= 2) {
      if (end % (width * 2) === 0) continue
      const left = perfectRoot(tile.subarray((end - width) * HASH, end * HASH))
      root = root === undefined ? left : nodeHash(left, root)
      end -= width
    }
  }
  return root ?? EMPTY_ROOT
}

export type Tile = { readonly level: number; readonly n: number; readonly hashes: Buffer }

/**
 * A tree that grows at its right edge, and knows only that. `append` takes leaf hashes and returns every tile
 * it touched, whole as it is afterwards (full, or partial and to be replaced later), the new size and the root.
 * The buffers it returns MUST NOT be changed. Throws Error when `edge` does not fit `size`.
 */
export function createTreeEdge(
  size: number,
  edge: TreeEdge,
): { append(leafHashes: readonly Buffer[]): { changed: Tile[]; size: number; root: Buffer } } {
  const partials = [...edge]
  for (let level = 0; level < Math.max(partials.length, 1) || hashesAt(level, size) > 0; level += 1) {
    const held = partials[level]?.length ?? 0
    if (held !== partialWidth(level, size) * HASH) throw new Error('the edge does not fit the size of the tree')
  }
  return {
    append(leafHashes) {
      const changed: Tile[] = []
      let more = leafHashes
      for (let level = 0; more.length > 0; level += 1) {
        const hashes = Buffer.concat([partials[level] ?? NOTHING, ...more])
        const first = Math.floor(hashesAt(level, size) / TILE_WIDTH)
        const filled: Buffer[] = []
        for (let at = 0; at < hashes.length; at += TILE_BYTES) {
          const tile = hashes.subarray(at, at + TILE_BYTES)
          changed.push({ level, n: first + at / TILE_BYTES, hashes: tile })
          if (tile.length === TILE_BYTES) filled.push(perfectRoot(tile))
        }
        partials[level] = hashes.subarray(filled.length * TILE_BYTES)
        more = filled
      }
      size += leafHashes.length
      return { changed, size, root: rootOfEdge(partials) }
    },
  }
}

/** Asked for the first `width` hashes (1 to 256) of a tile; may answer with more of them, never with fewer. */
export type TileReader = (level: number, n: number, width: number) => Promise<Buffer>

/** Reads the hashes of one tree; every tile once. Throws Error when a tile is missing or too short. */
export function createHashReader(size: number, read: TileReader) {
  const tiles = new Map<string, Promise<Buffer>>()
  async function fetchTile(level: number, n: number): Promise<Buffer> {
    const width = tileWidth(level, n, size)
    const hashes = await read(level, n, width)
    if (width === 0 || hashes.length < width * HASH)
      throw new Error(`tile ${level}/${n} has fewer than ${width} hashes`)
    return hashes.subarray(0, width * HASH)
  }
  function tile(level: number, n: number): Promise<Buffer> {
    const name = `${level}/${n}`
    const found = tiles.get(name) ?? fetchTile(level, n)
    tiles.set(name, found)
    return found
  }
  return {
    tile,
    /** The root of the perfect subtree of `2 ** height` leaves that begins at leaf `start`. */
    async perfect(start: number, height: number): Promise<Buffer> {
      const level = Math.floor(height / 8)
      const first = start / TILE_WIDTH ** level
      const from = (first % TILE_WIDTH) * HASH
      const hashes = await tile(level, Math.floor(first / TILE_WIDTH))
      return perfectRoot(hashes.subarray(from, from + 2 ** (height % 8) * HASH))
    },
  }
}

/** Reads the edge of the tree of `size` leaves, for `createTreeEdge`. */
export async function readEdge(size: number, read: TileReader): Promise<Buffer[]> {
  const { tile } = createHashReader(size, read)
  const edge: Promise<Buffer>[] = []
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const whole = partialWidth(level, size) === 0
    edge.push(whole ? Promise.resolve(NOTHING) : tile(level, Math.floor(hashesAt(level, size) / TILE_WIDTH)))
  }
  return Promise.all(edge)
}

/** The root of the tree of `size` leaves, from its tiles. */
export async function rootOf(size: number, read: TileReader): Promise<Buffer> {
  return rootOfEdge(await readEdge(size, read))
}

type Range = { readonly start: number; readonly end: number }
type RootOfRange = (range: Range) => Promise<Buffer>

/** Where RFC 6962 section 2.1 splits a range of two leaves or more: after the largest power of two below its length. */
function split({ start, end }: Range): { left: Range; right: Range } {
  let width = 1
  while (width * 2 < end - start) width *= 2
  const middle = start + width
  return { left: { start, end: middle }, right: { start: middle, end } }
}

/** `h` for `2 ** h`; undefined for a count that is no power of two. Math.log2 rounds, so it does not decide. */
function heightOf(count: number): number | undefined {
  const height = Math.round(Math.log2(count))
  return 2 ** height === count ? height : undefined
}

function createRootOfRange(size: number, read: TileReader): RootOfRange {
  const { perfect } = createHashReader(size, read)
  return async function rootOfRange(range): Promise<Buffer> {
    const height = heightOf(range.end - range.start)
    if (height !== undefined) return perfect(range.start, height)
    const { left, right } = split(range)
    const [l, r] = await Promise.all([rootOfRange(left), rootOfRange(right)])
    return nodeHash(l, r)
  }
}

/** Throws RangeError unless these are counts, none larger than the next. */
function checkOrder(...counts: number[]): void {
  const fine = counts.every((count, n) => Number.isSafeInteger(count) && count >= (counts[n - 1] ?? 0))
  if (!fine) throw new RangeError(`no such proof: ${counts.join(', ')}`)
}

/**
 * The inclusion proof of the leaf at `index` in the tree of `size` leaves, its sibling first.
 * Source: RFC 6962 section 2.1.1. Throws RangeError unless `index < size`, Error when a tile is missing.
 */
export async function proveInclusion(index: number, size: number, read: TileReader): Promise<Buffer[]> {
  checkOrder(0, index, size - 1)
  const rootOfRange = createRootOfRange(size, read)
  const siblings: Promise<Buffer>[] = []
  for (let range: Range = { start: 0, end: size }; range.end - range.start > 1; ) {
    const { left, right } = split(range)
    const goesLeft = index < left.end
    siblings.unshift(rootOfRange(goesLeft ? right : left))
    range = goesLeft ? left : right
  }
  return Promise.all(siblings)
}

/**
 * The consistency proof from the tree of `m` leaves to that of `n`; empty when they are equal or `m` is 0.
 * Source: RFC 6962 section 2.1.2. Throws RangeError unless `m <= n`, Error when a tile is missing.
 */
export async function proveConsistency(m: number, n: number, read: TileReader): Promise<Buffer[]> {
  checkOrder(0, m, n)
  if (m === 0 || m === n) return []
  const rootOfRange = createRootOfRange(n, read)
  const proof: Promise<Buffer>[] = []
  let range: Range = { start: 0, end: n }
  while (range.end !== m) {
    const { left, right } = split(range)
    const goesLeft = m <= left.end
    proof.unshift(rootOfRange(goesLeft ? right : left))
    range = goesLeft ? left : right
  }
  if (range.start !== 0) proof.unshift(rootOfRange(range))
  return Promise.all(proof)
}

/** Which tile: a level of hashes, or the bundles of entries. `width` is 256 for a full one. */
export type TileName = { readonly level: number | 'entries'; readonly n: number; readonly width: number }

/** The path of a tile under the prefix of its log: `tile/0/x001/x234/067`, `tile/entries/000.p/17`. */
export function tilePath(level: number | 'entries', n: number, width: number = TILE_WIDTH): string {
  let index = String(n % 1000).padStart(3, '0')
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    index = `x${String(rest % 1000).padStart(3, '0')}/${index}`
  }
  return `tile/${level}/${index}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** Reads the path of a tile; undefined when it is not exactly one that `tilePath` writes, or the level is above 63. */
export function parseTilePath(path: string): TileName | undefined {
  const found = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path)
  if (found === null) return undefined
  const [, where, index = '', partial] = found
  const level = where === 'entries' ? where : Number(where)
  const n = Number(index.replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  const fits = Number.isSafeInteger(n) && width > 0 && width <= TILE_WIDTH && (level === 'entries' || level < 64)
  return fits && tilePath(level, n, width) === path ? { level, n, width } : undefined
}

const LONGEST_ENTRY = 65_535

/** Up to 256 entries as one file: each preceded by its length, u16 big-endian. Source: tlog-tiles, "Log entries". */
export function encodeEntryBundle(entries: readonly Buffer[]): Buffer {
  const parts: Buffer[] = []
  for (const entry of entries) {
    if (entry.length > LONGEST_ENTRY) throw new RangeError('an entry of the log has at most 65,535 bytes')
    const length = Buffer.allocUnsafe(2)
    length.writeUInt16BE(entry.length)
    parts.push(length, entry)
  }
  return Buffer.concat(parts)
}

/** Takes a bundle apart. Throws Error when it ends in the middle of an entry. */
export function parseEntryBundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const from = at + 2
    at = from > bytes.length ? from : from + bytes.readUInt16BE(at)
    if (at > bytes.length) throw new Error('this bundle of entries is cut off')
    entries.push(bytes.subarray(from, at))
  }
  return entries
}
