import type { KeyObject } from 'node:crypto'
import type { Database, Sql } from '../../database/sql.ts'
import { isRowId, newRowId, TENANT_ID } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { type Approval, approve, heldApprovals } from '../../vault/approvals.ts'
import type { Hold } from '../decide/holds.ts'
import { createSealed } from './sealed.ts'

/**
 * A measure as every node knows it.
 *
 * - WAITING   `approvals` are of one operator: a wide one needs another, within a day
 * - IN FORCE  until its end
 * - ENDED     `endedBy` ended it before its time
 */
export type StoredHold = Hold & { readonly approvals?: readonly Approval[]; readonly endedBy?: string }

/** An operator who decides, with what they sign. */
export type Decider = { readonly id: string; readonly key: KeyObject }

type Row = { hold_id: string; change: number; sealed: Buffer }
const WAITS = "interval '1 day'"

const textOf = ({ id, kind, what, step, since, until, why }: Hold): Buffer =>
  Buffer.from(`chartwarden/watch-hold-approval/v1\n${JSON.stringify([id, kind, what, step, until - since, why])}\n`)
export const waits = ({ approvals }: StoredHold): boolean => approvals?.length === 1

/** Owner of the table `watch_holds`: what one node holds, all nodes hold within the time between two readings. */
export function createStoredHolds(database: Database, key: () => KeyObject) {
  const sealed = createSealed(key, 'WatchHold')
  let last = 0

  const opened = ({ hold_id, sealed: bytes }: Row): StoredHold => sealed.open<StoredHold>(hold_id, bytes)

  async function find(sql: Sql, id: string): Promise<StoredHold | undefined> {
    if (!isRowId(id)) return undefined
    const [row] = await sql.query<Row>(
      `select hold_id, change, sealed from watch_holds where tenant_id = ${TENANT_ID} and hold_id = $1 and ends_at > now() for update`,
      [id],
    )
    return row && opened(row)
  }

  return {
    /** `id` MUST be a new row id. */
    async keep(hold: Hold, within: Sql = database): Promise<void> {
      await within.query(
        `insert into watch_holds (tenant_id, hold_id, sealed, ends_at) values (${TENANT_ID}, $1, $2, $3)`,
        [hold.id, sealed.seal(hold.id, hold), new Date(hold.until)],
      )
    },
    /** Asks for a measure that takes two: nothing is held yet. */
    async request(hold: Omit<Hold, 'id'>, by: Decider): Promise<StoredHold> {
      const asked = { ...hold, id: newRowId() }
      const waiting: StoredHold = { ...asked, approvals: [approve(textOf(asked), [], by.id, by.key)] }
      await database.query(
        `insert into watch_holds (tenant_id, hold_id, sealed, ends_at) values (${TENANT_ID}, $1, $2, now() + ${WAITS})`,
        [waiting.id, sealed.seal(waiting.id, waiting)],
      )
      return waiting
    },
    /** The second operator agrees, and it is in force from now. Throws `record.not-found`, `key.approvals`. */
    approve: (id: string, by: Decider, now: number): Promise<StoredHold> =>
      database.within(async (tx) => {
        const asked = await find(tx, id)
        if (asked === undefined || !waits(asked))
          throw new Refusal('record.not-found', 'No such measure waits for another operator. See: watch held')
        const given = asked.approvals ?? []
        const approvals = [...given, approve(textOf(asked), given, by.id, by.key)]
        if ((await heldApprovals(tx, textOf(asked), approvals)) < 2)
          throw new Refusal('key.approvals', 'Two operators who are still active must decide it.')
        const begun = { ...asked, approvals, since: now, until: now + asked.until - asked.since }
        await tx.query(
          `update watch_holds set sealed = $2, ends_at = $3, change = default where tenant_id = ${TENANT_ID} and hold_id = $1`,
          [id, sealed.seal(id, begun), new Date(begun.until)],
        )
        return begun
      }),
    /** Ends a measure, or takes back that it was asked for. Undefined when there is none of that id that still lasts. */
    end: (id: string, by: string): Promise<StoredHold | undefined> =>
      database.within(async (tx) => {
        const known = await find(tx, id)
        if (known === undefined) return undefined
        const ended: StoredHold = { ...known, endedBy: by }
        await tx.query(
          `update watch_holds set sealed = $2, ends_at = now(), change = default where tenant_id = ${TENANT_ID} and hold_id = $1`,
          [id, sealed.seal(id, ended)],
        )
        return ended
      }),
    /** What is new since the last call: measures begun, and measures ended before their time. */
    async news(): Promise<StoredHold[]> {
      const rows = await database.query<Row>(
        `select hold_id, change, sealed from watch_holds where tenant_id = ${TENANT_ID} and change > $1 order by change limit 500`,
        [last],
        'watch-holds-news',
      )
      last = rows.at(-1)?.change ?? last
      return rows.map(opened).filter((one) => !waits(one))
    },
    /** What is in force, and what waits for another operator. */
    async all(): Promise<StoredHold[]> {
      const rows = await database.query<Row>(
        `select hold_id, change, sealed from watch_holds where tenant_id = ${TENANT_ID} and ends_at > now() order by change desc limit 500`,
      )
      return rows.map(opened)
    },
  }
}
