import { createSecretKey, randomBytes } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { newRowId, TENANT_ID } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { createBlobSealer } from '../../vault/blob.ts'
import type { Blob } from './blob.ts'

/** The largest Binary, in bytes. */
export const LARGEST_BLOB = 20 * 1024 * 1024
const ROW_BYTES = 256 * 1024

/**
 * Seals bytes as they come and stores them chunk by chunk; at most one chunk is in memory. What no record
 * comes to own is swept away by `sweepBlobs`. Throws `request.too-large` beyond 20 MB.
 */
export async function storeBlob(sql: Sql, source: AsyncIterable<Buffer>): Promise<Blob> {
  const id = newRowId()
  const key = randomBytes(32)
  const sealer = createBlobSealer(createSecretKey(key), id)
  let bytes = 0
  let chunks = 0
  let held: Buffer[] = [sealer.header]
  let heldBytes = 0
  await sql.query(`insert into blobs (tenant_id, blob_id) values (${TENANT_ID}, $1)`, [id], 'begin-blob')
  const flush = async (): Promise<void> => {
    await sql.query(
      `insert into blob_chunks (tenant_id, blob_id, chunk, sealed) values (${TENANT_ID}, $1, $2, $3)`,
      [id, chunks, Buffer.concat(held)],
      'store-chunk',
    )
    chunks += 1
    held = []
    heldBytes = 0
  }
  for await (const some of source) {
    bytes += some.length
    if (bytes > LARGEST_BLOB) throw new Refusal('request.too-large', 'A Binary has at most 20 MB.')
    const sealed = sealer.push(some)
    held.push(sealed)
    heldBytes += sealed.length
    if (heldBytes >= ROW_BYTES) await flush()
  }
  held.push(sealer.end())
  await flush()
  return { id, key: key.toString('base64'), bytes, chunks }
}

/** Forgets uploads that no record came to own within a day. */
export async function sweepBlobs(sql: Sql): Promise<void> {
  const rows = await sql.query<{ blob_id: string }>(
    `delete from blobs where tenant_id = ${TENANT_ID} and row_id is null and begun_at < now() - interval '1 day' returning blob_id`,
  )
  await sql.query(`delete from blob_chunks where tenant_id = ${TENANT_ID} and blob_id = any($1)`, [
    rows.map((row) => row.blob_id),
  ])
}
