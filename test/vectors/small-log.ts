import { randomBytes } from 'node:crypto'
import { createLogSigner } from '../../src/ledger/log-signer.ts'
import { EMPTY_ROOT, leafHash } from '../../src/ledger/merkle.ts'
import { createTreeEdge, readEdge, rootOf, type TileReader, tileWidth } from '../../src/ledger/tiles.ts'

export type SmallLog = ReturnType<typeof createSmallLog>

/** A log in memory, built of the parts that the real one is built of. */
export function createSmallLog(origin: string) {
  const signer = createLogSigner({ origin, ed25519Seed: randomBytes(32), mldsaSeed: randomBytes(32) })
  const entries: Buffer[] = []
  const tiles = new Map<string, Buffer>()
  const read: TileReader = async (level, n) => tiles.get(`${level}/${n}`) ?? Buffer.alloc(0)
  const sign = (size: number, root: Buffer) => signer.signCheckpoint({ size, root }, new Date())
  return {
    origin,
    signer,
    entries,
    read,
    /** Takes in entries, and returns the new signed checkpoint. */
    async append(more: readonly Buffer[]): Promise<string> {
      const tree = createTreeEdge(entries.length, await readEdge(entries.length, read))
      const { changed, size, root } = tree.append(more.map(leafHash))
      for (const { level, n, hashes } of changed) tiles.set(`${level}/${n}`, Buffer.from(hashes))
      entries.push(...more)
      return sign(size, root)
    },
    checkpointAt: async (size: number) => sign(size, size === 0 ? EMPTY_ROOT : await rootOf(size, read)),
    /** The tile of that width, or undefined when the log has none. */
    tile(level: number, n: number, width: number): Buffer | undefined {
      return tileWidth(level, n, entries.length) < width
        ? undefined
        : tiles.get(`${level}/${n}`)?.subarray(0, width * 32)
    },
  }
}

/** That many entries, each different. */
export const someEntries = (count: number, word = 'entry') =>
  Array.from({ length: count }, (_, n) => Buffer.from(`{"${word}":${n}}`))
