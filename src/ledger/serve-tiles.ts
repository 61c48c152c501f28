import type { Sql } from '../database/sql.ts'
import { Refusal } from '../kernel/refusal.ts'
import { cosignaturesOf } from './cosignature-store.ts'
import { proofOf } from './proof-of.ts'
import { encodeEntryBundle, parseTilePath, TILE_WIDTH, tileWidth } from './tiles.ts'
import { formatTlogProof } from './tlog-proof.ts'
import { createTileReader, readHead } from './tree-store.ts'

export type Served = { readonly bytes: Buffer; readonly type: string; readonly immutable: boolean }

const HASH = 32

/**
 * The log as C2SP tlog-tiles serves it, by path below the log's address: `checkpoint` (with the cosignatures of it),
 * `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`, and `proof/<receipt>.tlog-proof` for who has a receipt. Undefined for what is not there. Nothing here names a person or a record.
 */
export function createServeTiles(sql: Sql) {
  return async function serve(path: string): Promise<Served | undefined> {
    if (path === 'checkpoint') {
      const head = await readHead(sql)
      return head.checkpoint === ''
        ? undefined
        : {
            bytes: Buffer.from(head.checkpoint + (await cosignaturesOf(sql, head))),
            type: 'text/plain; charset=utf-8',
            immutable: false,
          }
    }
    const receipt = /^proof\/([0-9a-f]{32})\.tlog-proof$/.exec(path)?.[1]
    if (receipt !== undefined) return proofFor(receipt)
    const name = parseTilePath(path)
    if (name === undefined) return undefined
    const width = name.width ?? TILE_WIDTH
    const { size } = await readHead(sql)
    const entries = name.level === 'entries'
    if (tileWidth(entries ? 0 : Number(name.level), name.n, size) < width) return undefined
    const bytes = entries ? await bundle(name.n, width) : await tile(Number(name.level), name.n, width)
    return bytes && { bytes, type: 'application/octet-stream', immutable: true }
  }

  async function proofFor(receipt: string): Promise<Served | undefined> {
    try {
      const { index, hashes, checkpoint } = await proofOf(sql, createTileReader(sql), receipt)
      const text = formatTlogProof({ index: BigInt(index), hashes, checkpoint })
      return { bytes: Buffer.from(text), type: 'text/plain; charset=utf-8', immutable: false }
    } catch (error) {
      if (error instanceof Refusal && error.code === 'ledger.unknown-receipt') return undefined
      throw error
    }
  }

  async function tile(level: number, n: number, width: number): Promise<Buffer | undefined> {
    const [row] = await sql.query<{ hashes: Buffer }>(
      'select hashes from ledger_tiles where level = $1 and n = $2',
      [level, n],
      'tile',
    )
    return row && row.hashes.length >= width * HASH ? row.hashes.subarray(0, width * HASH) : undefined
  }

  async function bundle(n: number, width: number): Promise<Buffer | undefined> {
    const first = n * TILE_WIDTH
    const rows = await sql.query<{ leaf: Buffer }>(
      'select leaf from ledger_leaves where idx >= $1 and idx < $2 order by idx',
      [first, first + width],
      'bundle',
    )
    return rows.length === width ? encodeEntryBundle(rows.map((row) => row.leaf)) : undefined
  }
}
