import { hash, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { gunzip, gzip } from 'node:zlib'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { openForTenant, sealForTenant } from '../../vault/seal.ts'
import { SCORES } from '../detect/scores.ts'
import { SESSION_FEATURES } from '../detect/session-features.ts'
import type { Snapshot } from '../parts.ts'

/** Raised when the shape of a Snapshot changes; its scores and features are in the name of the form by themselves. */
const FORMAT = 5
const FORM = hash('sha256', JSON.stringify([FORMAT, SCORES.map((one) => one.id), SESSION_FEATURES])).slice(0, 16)
const [pack, unpack] = [promisify(gzip), promisify(gunzip)]

/** What was learned, when, and how far the ledger had come then. */
export type Kept<Place> = { readonly snapshot: Snapshot; readonly ledger: Place }

/** Owner of the table `watch_snapshots`: what a node has learned, kept so that a restart goes on where it stopped. */
export function createSnapshots<Place>(sql: Sql, key: () => KeyObject, node: string) {
  const place = { owner: TENANT_OWNER, type: `WatchSnapshot ${FORM}`, row: node, version: 1, column: 'watch' } as const
  return {
    async keep(kept: Kept<Place>): Promise<void> {
      // Packed off the one thread that serves.
      const sealed = sealForTenant(key(), place, await pack(serialize(kept), { level: 1 }))
      await sql.query(
        `insert into watch_snapshots (tenant_id, node, sealed, at) values (${TENANT_ID}, $1, $2, now())
         on conflict (tenant_id, node) do update set sealed = excluded.sealed, at = excluded.at`,
        [node, sealed],
      )
    },
    /** Undefined when there is none yet, or none of this form that was sealed here: then it learns anew. */
    async read(): Promise<Kept<Place> | undefined> {
      const [row] = await sql.query<{ sealed: Buffer }>(
        `select sealed from watch_snapshots where tenant_id = ${TENANT_ID} and node = $1`,
        [node],
      )
      if (row === undefined) return undefined
      let packed: Buffer
      try {
        packed = openForTenant(key(), place, row.sealed)
      } catch {
        return undefined
      }
      return deserialize(await unpack(packed)) as Kept<Place>
    },
  }
}
