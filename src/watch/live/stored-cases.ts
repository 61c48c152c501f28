import type { KeyObject } from 'node:crypto'
import type { Database, Sql, Transaction } from '../../database/sql.ts'
import { isRowId, newRowId, TENANT_ID } from '../../kernel/ids.ts'
import type { Alert } from '../alert.ts'
import type { Case, CaseKind, CaseVerdict } from '../cases/case.ts'
import { matterOf } from '../cases/gather-cases.ts'
import { type PlannedStep, planOf, stepKey } from '../playbooks/plan.ts'
import type { Playbook } from '../playbooks/playbook.ts'
import { setRecent } from '../state/recent.ts'
import type { Answered } from './questions.ts'
import { createSealed } from './sealed.ts'

/** A step of a playbook in a case: planned, and once it was carried out when. Milliseconds since 1970. */
export type StoredStep = PlannedStep & { readonly doneAt?: number }

/**
 * Everything about one person, patient or place within fourteen days, until somebody has looked at it.
 *
 * - OPEN    takes alerts; the playbooks plan steps for each, and the steps are carried out when they are due
 * - CLOSED  has a verdict; takes nothing more, and what was still planned is not carried out
 */
export type StoredCase = {
  readonly id: string
  readonly kind: CaseKind
  readonly about: string
  readonly openedAt: number
  readonly alerts: readonly Alert[]
  readonly steps: readonly StoredStep[]
  readonly answers: readonly Answered[]
  readonly verdict?: CaseVerdict
}

type Row = { case_id: string; sealed: Buffer }

const MOST_ALERTS = 200
const MOST_DUE = 20
const MOST_OPEN = 200
const MONTHS = "interval '180 days'"
const MOST_TAUGHT = 1_000
const DAYS = "interval '14 days'"

/** As the functions of a replay take a case. */
export function caseOf({ id, kind, about, openedAt, alerts, verdict }: StoredCase): Case {
  const all = (of: (alert: Alert) => string | undefined) => new Set(alerts.flatMap((alert) => of(alert) || []))
  return {
    id,
    kind,
    about,
    openedAt,
    lastAt: alerts.at(-1)?.at ?? openedAt,
    alerts: [...alerts],
    actors: all((one) => one.entities.actor),
    patients: all((one) => one.entities.patient),
    sessions: all((one) => one.entities.session),
    devices: all((one) => one.entities.device),
    networks: all((one) => one.entities.network),
    roles: all((one) => one.because?.role),
    related: new Set(),
    ...(verdict !== undefined && { verdict }),
  }
}

const nextDue = ({ steps, verdict }: StoredCase): Date | null => {
  const due = verdict === undefined ? steps.flatMap((one) => (one.doneAt === undefined ? [one.dueAt] : [])) : []
  return due.length === 0 ? null : new Date(Math.min(...due))
}

/** Owner of the table `watch_cases`. */
export function createStoredCases(
  database: Database,
  key: () => KeyObject,
  token: (kind: string, name: string) => Buffer,
  playbooks: readonly Playbook[],
) {
  const sealed = createSealed(key, 'WatchCase')
  let seenClosed = new Date()
  const taught = new Map<string, true>()
  const opened = ({ case_id, sealed: bytes }: Row) => sealed.open<StoredCase>(case_id, bytes)

  async function find(sql: Sql, id: string): Promise<StoredCase | undefined> {
    if (!isRowId(id)) return undefined
    const [row] = await sql.query<Row>(
      `select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and case_id = $1 for update`,
      [id],
    )
    return row && opened(row)
  }

  async function keep(tx: Sql, one: StoredCase): Promise<void> {
    await tx.query(
      `update watch_cases set sealed = $2, closed = $3, next_due = $4, closed_at = case when $3 then coalesce(closed_at, now()) end
       where tenant_id = ${TENANT_ID} and case_id = $1`,
      [one.id, sealed.seal(one.id, one), one.verdict !== undefined, nextDue(one)],
    )
  }

  return {
    /** Adds an alert to the open case about the same, or opens one, and plans what the playbooks have done about it. */
    add: (alert: Alert): Promise<StoredCase> =>
      database.within(async (tx) => {
        const { kind, about } = matterOf(alert)
        const at = token('watch-case', `${kind} ${about}`)
        await tx.query('select pg_advisory_xact_lock(7308, hashtext($1))', [at.toString('hex')])
        const [row] = await tx.query<Row>(
          `select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and entity_token = $1 and not closed
             and last_at > now() - ${DAYS} order by last_at desc limit 1`,
          [at],
        )
        const known: StoredCase = row
          ? opened(row)
          : { id: newRowId(), kind, about, openedAt: alert.at, alerts: [], steps: [], answers: [] }
        const grown = { ...known, alerts: [...known.alerts, alert].slice(-MOST_ALERTS) }
        const planned = planOf(playbooks, caseOf(grown), alert, new Set(known.steps.map(stepKey)))
        const next = { ...grown, steps: [...known.steps, ...planned] }
        await tx.query(
          `insert into watch_cases (tenant_id, case_id, entity_token, sealed, last_at, closed, next_due)
           values (${TENANT_ID}, $1, $2, $3, now(), false, $4)
           on conflict (tenant_id, case_id) do update
             set sealed = excluded.sealed, last_at = excluded.last_at, next_due = excluded.next_due`,
          [next.id, at, sealed.seal(next.id, next), nextDue(next)],
        )
        return next
      }),
    /** Open cases with a step that is due at `now`, which no other node has at hand; locked until the transaction ends. */
    async due(tx: Transaction, now: Date): Promise<StoredCase[]> {
      const rows = await tx.query<Row>(
        `select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and next_due <= $1
         order by next_due limit ${MOST_DUE} for update skip locked`,
        [now],
        'watch-cases-due',
      )
      return rows.map(opened)
    },
    /** Changes a case in a transaction that has it locked. */
    keep,
    /** What was closed since the last call, or since this began: what people found teaches, on every node. */
    async verdicts(): Promise<CaseVerdict[]> {
      const rows = await database.query<Row & { closed_at: Date }>(
        `select case_id, sealed, closed_at from watch_cases where tenant_id = ${TENANT_ID} and closed_at >= $1
         order by closed_at limit ${MOST_DUE}`,
        [seenClosed],
        'watch-cases-closed',
      )
      seenClosed = rows.at(-1)?.closed_at ?? seenClosed
      const news = rows.filter((row) => !taught.has(row.case_id))
      for (const { case_id } of news) setRecent(taught, case_id, true, MOST_TAUGHT)
      return news.flatMap((row) => opened(row).verdict ?? [])
    },
    /** Open ones, and those closed in the last months, which new ones may be like; the newest first. */
    async recent(): Promise<{ open: StoredCase[]; closed: StoredCase[] }> {
      const rows = await database.query<Row>(
        `(select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and not closed order by last_at desc limit ${MOST_OPEN})
         union all (select case_id, sealed from watch_cases where tenant_id = ${TENANT_ID} and closed_at > now() - ${MONTHS}
           order by closed_at desc limit ${MOST_OPEN})`,
      )
      const all = rows.map(opened)
      return {
        open: all.filter((one) => one.verdict === undefined),
        closed: all.filter((one) => one.verdict !== undefined),
      }
    },
    /** Locked until the transaction ends. */
    find,
    /** Closes a case with what was found. Undefined when there is none of that id that is open. */
    close: (id: string, verdict: CaseVerdict): Promise<StoredCase | undefined> =>
      database.within(async (tx) => {
        const known = await find(tx, id)
        if (known === undefined || known.verdict !== undefined) return undefined
        const closed = { ...known, verdict }
        await keep(tx, closed)
        return closed
      }),
  }
}
