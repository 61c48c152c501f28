import type { KeyObject } from 'node:crypto'
import type { Sql } from '../../database/sql.ts'
import { TENANT_ID } from '../../kernel/ids.ts'
import type { Hold } from '../decide/holds.ts'
import { createSealed } from './sealed.ts'

/** A measure as every node knows it: `endedBy` is who ended it before its time. */
export type StoredHold = Hold & { readonly endedBy?: string }

type Row = { hold_id: string; change: number; sealed: Buffer }

/** Owner of the table `watch_holds`: what one node holds, all nodes hold within the time between two readings. */
export function createStoredHolds(sql: Sql, key: () => KeyObject) {
  const sealed = createSealed(key, 'WatchHold')
  let last = 0

  const opened = ({ hold_id, sealed: bytes }: Row): StoredHold => sealed.open<StoredHold>(hold_id, bytes)

  return {
    /** `id` MUST be a new row id. */
    async keep(hold: Hold, within: Sql = sql): Promise<void> {
      await within.query(
        `insert into watch_holds (tenant_id, hold_id, sealed, ends_at) values (${TENANT_ID}, $1, $2, $3)`,
        [hold.id, sealed.seal(hold.id, hold), new Date(hold.until)],
      )
    },
    /** Ends a measure. Undefined when there is none of that id that still lasts. */
    async end(id: string, by: string): Promise<StoredHold | undefined> {
      if (!/^[0-9a-f]{32}$/.test(id)) return undefined
      const [row] = await sql.query<Row>(
        `select hold_id, change, sealed from watch_holds where tenant_id = ${TENANT_ID} and hold_id = $1 and ends_at > now()`,
        [id],
      )
      if (row === undefined) return undefined
      const ended: StoredHold = { ...opened(row), endedBy: by }
      await sql.query(
        `update watch_holds set sealed = $2, ends_at = now(), change = default where tenant_id = ${TENANT_ID} and hold_id = $1`,
        [id, sealed.seal(id, ended)],
      )
      return ended
    },
    /** What is new since the last call: measures begun, and measures ended before their time. */
    async news(): Promise<StoredHold[]> {
      const rows = await sql.query<Row>(
        `select hold_id, change, sealed from watch_holds where tenant_id = ${TENANT_ID} and change > $1 order by change limit 500`,
        [last],
        'watch-holds-news',
      )
      last = rows.at(-1)?.change ?? last
      return rows.map(opened)
    },
    /** What is held now, the latest first. */
    async all(): Promise<StoredHold[]> {
      const rows = await sql.query<Row>(
        `select hold_id, change, sealed from watch_holds where tenant_id = ${TENANT_ID} and ends_at > now() order by change desc limit 500`,
      )
      return rows.map(opened)
    },
  }
}
