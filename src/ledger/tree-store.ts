import { insertRows } from '../database/insert-rows.ts'
import type { Sql } from '../database/sql.ts'
import { EMPTY_ROOT } from './merkle.ts'
import type { TileReader } from './tiles.ts'

export type Head = { readonly size: number; readonly root: Buffer; readonly checkpoint: string; readonly fence: number }

/** The head row, or the head of an empty log when there is none. `lock` holds it until the transaction ends. */
export async function readHead(sql: Sql, lock = false): Promise<Head> {
  const [row] = await sql.query<Head>(
    `select size, root, checkpoint, fence from ledger_head${lock ? ' for update' : ''}`,
  )
  return row ?? { size: 0, root: EMPTY_ROOT, checkpoint: '', fence: 0 }
}

export async function writeHead(sql: Sql, { size, root, checkpoint, fence }: Head): Promise<void> {
  await sql.query(
    `insert into ledger_head (size, root, checkpoint, fence) values ($1, $2, $3, $4)
     on conflict (only_one) do update set size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint, fence = excluded.fence`,
    [size, root, checkpoint, fence],
  )
}

/** Reads tiles one after another: a transaction has one connection, and it answers one question at a time. */
export function createTileReader(sql: Sql): TileReader {
  let before: Promise<unknown> = Promise.resolve()
  return (level, n) => {
    const tile = before.then(() => fetchTile(level, n))
    before = tile.catch(() => undefined)
    return tile
  }

  async function fetchTile(level: number, n: number): Promise<Buffer> {
    const [row] = await sql.query<{ hashes: Buffer }>(
      'select hashes from ledger_tiles where level = $1 and n = $2',
      [level, n],
      'tile',
    )
    return row?.hashes ?? Buffer.alloc(0)
  }
}

export async function writeTiles(
  sql: Sql,
  tiles: readonly { level: number; n: number; hashes: Buffer }[],
): Promise<void> {
  const rows = tiles.map(({ level, n, hashes }) => [level, n, hashes])
  await insertRows(
    sql,
    'ledger_tiles',
    ['level', 'n', 'hashes'],
    rows,
    'on conflict (level, n) do update set hashes = excluded.hashes',
  )
}
