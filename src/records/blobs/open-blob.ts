import { createSecretKey } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import { createBlobOpener } from '../../vault/blob.ts'
import type { Blob } from './blob.ts'

/** The bytes of a blob, a chunk at a time; only what is authentic is given out. Throws when it is cut short. */
export async function* openBlob(sql: Sql, receipt: Receipt, blob: Blob): AsyncGenerator<Buffer> {
  const opener = createBlobOpener(receipt, createSecretKey(Buffer.from(blob.key, 'base64')), blob.id)
  for (let chunk = 0; chunk < blob.chunks; chunk++) {
    const [row] = await sql.query<{ sealed: Buffer }>(
      `select sealed from blob_chunks where tenant_id = ${TENANT_ID} and blob_id = $1 and chunk = $2`,
      [blob.id, chunk],
      'open-chunk',
    )
    if (row === undefined) throw new Error('a chunk of a blob is gone')
    yield opener.push(row.sealed)
  }
  yield opener.end()
}
