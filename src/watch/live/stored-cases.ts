import type { KeyObject } from 'node:crypto'
import type { Database, Sql } from '../../database/sql.ts'
import { newRowId, TENANT_ID } from '../../kernel/ids.ts'
import type { Alert } from '../alert.ts'
import type { Finding } from '../cases/case.ts'
import { createSealed } from './sealed.ts'

/** Everything about one person within fourteen days, until somebody has looked at it. */
export type StoredCase = {
  readonly id: string
  readonly entity: string
  readonly openedAt: string
  readonly alerts: readonly Alert[]
  readonly verdict?: { readonly finding: Finding; readonly why: string; readonly by: string; readonly at: string }
}

type Row = { case_id: string; sealed: Buffer }

const MOST_ALERTS = 200
const DAYS = "interval '14 days'"

/** Owner of the table `watch_cases`. */
export function createStoredCases(
  database: Database,
  key: () => KeyObject,
  token: (kind: string, name: string) => Buffer,
) {
  const sealed = createSealed(key, 'WatchCase')
  const opened = ({ case_id, sealed: bytes }: Row) => sealed.open<StoredCase>(case_id, bytes)

  async function find(sql: Sql, id: string): Promise<StoredCase | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined
    const [row] = await sql.query<Row>(
      `select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and case_id = $1 for update`,
      [id],
    )
    return row && opened(row)
  }

  return {
    /** Adds an alert to the open case about the same person, or opens one. */
    add: (entity: string, alert: Alert): Promise<StoredCase> =>
      database.within(async (tx) => {
        const about = token('watch-case', entity)
        await tx.query('select pg_advisory_xact_lock(7308, hashtext($1))', [about.toString('hex')])
        const [row] = await tx.query<Row>(
          `select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and entity_token = $1 and not closed
             and last_at > now() - ${DAYS} order by last_at desc limit 1`,
          [about],
        )
        const known = row && opened(row)
        const at = new Date(alert.at).toISOString()
        const next: StoredCase = known ?? { id: newRowId(), entity, openedAt: at, alerts: [] }
        const grown = { ...next, alerts: [...next.alerts, alert].slice(-MOST_ALERTS) }
        await tx.query(
          `insert into watch_cases (tenant_id, case_id, entity_token, sealed, last_at, closed)
           values (${TENANT_ID}, $1, $2, $3, now(), false)
           on conflict (tenant_id, case_id) do update set sealed = excluded.sealed, last_at = excluded.last_at`,
          [grown.id, about, sealed.seal(grown.id, grown)],
        )
        return grown
      }),
    async open(): Promise<StoredCase[]> {
      const rows = await database.query<Row>(
        `select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and not closed order by last_at desc limit 200`,
      )
      return rows.map(opened)
    },
    find: (id: string) => find(database, id),
    /** Closes a case with what was found. Undefined when there is none of that id. */
    close: (id: string, verdict: StoredCase['verdict']): Promise<StoredCase | undefined> =>
      database.within(async (tx) => {
        const known = await find(tx, id)
        if (known === undefined || verdict === undefined) return undefined
        const closed = { ...known, verdict }
        await tx.query(
          `update watch_cases set sealed = $2, closed = true where tenant_id = ${TENANT_ID} and case_id = $1`,
          [id, sealed.seal(id, closed)],
        )
        return closed
      }),
  }
}
