import type { KeyObject } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID, TENANT_OWNER } from '../../kernel/ids.ts'
import { openForTenant, sealForTenant } from '../../vault/seal.ts'
import type { Snapshot } from '../parts.ts'

const FORMAT = 1

/** Owner of the table `watch_snapshots`: what a node has learned, kept so that a restart goes on where it stopped. */
export function createSnapshots(sql: Sql, key: () => KeyObject, node: string) {
  const place = { owner: TENANT_OWNER, type: 'WatchSnapshot', row: node, version: FORMAT, column: 'watch' } as const
  return {
    async keep(snapshot: Snapshot): Promise<number> {
      const sealed = sealForTenant(key(), place, gzipSync(serialize(snapshot), { level: 1 }))
      await sql.query(
        `insert into watch_snapshots (tenant_id, node, sealed, at) values (${TENANT_ID}, $1, $2, now())
         on conflict (tenant_id, node) do update set sealed = excluded.sealed, at = excluded.at`,
        [node, sealed],
      )
      return sealed.length
    },
    /** Undefined when there is none yet, or none this program can read: then it learns anew. */
    async read(): Promise<Snapshot | undefined> {
      const [row] = await sql.query<{ sealed: Buffer }>(
        `select sealed from watch_snapshots where tenant_id = ${TENANT_ID} and node = $1`,
        [node],
      )
      if (row === undefined) return undefined
      return deserialize(gunzipSync(openForTenant(key(), place, row.sealed))) as Snapshot
    },
  }
}
