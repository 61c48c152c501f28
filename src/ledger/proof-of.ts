import type { Sql } from '../database/sql.ts'
import { isRowId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { proveInclusion, type TileReader } from './tiles.ts'
import { readHead } from './tree-store.ts'

export type Proof = {
  readonly index: number
  readonly hashes: Buffer[]
  readonly checkpoint: string
  readonly leaf: Buffer
}

/** Where a receipt is in the tree, and the proof of it. Throws `ledger.unknown-receipt`. */
export async function proofOf(sql: Sql, read: TileReader, receipt: string): Promise<Proof> {
  const rows = isRowId(receipt)
    ? await sql.query<{ idx: number; leaf: Buffer }>('select idx, leaf from ledger_leaves where entry_id = $1', [
        receipt,
      ])
    : []
  const head = await readHead(sql)
  const [row] = rows
  if (row === undefined || row.idx >= head.size)
    throw new Refusal(
      'ledger.unknown-receipt',
      `The ledger has no receipt ${receipt}. A new one is in the tree within a second.`,
    )
  return {
    index: row.idx,
    hashes: await proveInclusion(row.idx, head.size, read),
    checkpoint: head.checkpoint,
    leaf: row.leaf,
  }
}
