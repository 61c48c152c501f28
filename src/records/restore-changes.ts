import type { Sql } from '../database/sql.ts'
import type { Actor } from '../kernel/actor.ts'
import { TENANT_OWNER } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Append, Appended } from '../ledger/append.ts'
import type { OwnerCache } from '../vault/owner-keys.ts'
import { auditRows, openEvent } from './audit/audit-rows.ts'
import type { createReadRecord } from './read-record.ts'
import type { createCommitWrites } from './write/commit-writes.ts'
import type { Operation } from './write/operation.ts'
import { prepareContent } from './write/prepare-content.ts'

const WINDOW = 2_000
const TOGETHER = 16
/** Entries of several lanes stand in the ledger a little out of the order of their times. */
const LATE_MS = 60_000

type Needs = {
  readonly sql: Sql
  readonly owners: OwnerCache
  readonly append: Append['append']
  readonly settle: () => Promise<void>
  readonly readRecord: ReturnType<typeof createReadRecord>
  readonly commitWrites: ReturnType<typeof createCommitWrites>
}

export type RestoreWish = {
  /** Whose changes, as the ledger names them: a user name, a client id. */
  readonly who: string
  readonly from: Date
  readonly to: Date
  /** Who wants it; the job carries both names. */
  readonly by: Actor
  readonly dryRun: boolean
  readonly progress?: (done: number, of: number) => void
}

/** `restored` is as before the first of these changes, `removed` did not exist before; `left` was changed by others since. */
export type Restored = {
  readonly restored: readonly string[]
  readonly removed: readonly string[]
  readonly left: readonly string[]
}

type Touched = { readonly type: string; readonly id: string; first: number; last: number }
type Event = {
  readonly recorded: string
  readonly action: string
  readonly outcome: string
  readonly agent: readonly { readonly who?: { readonly identifier?: { readonly value?: string } } }[]
  readonly entity: readonly { readonly what?: { readonly reference?: string } }[]
}

export const restorerFor = (by: Actor): Actor => ({
  kind: 'machine',
  id: 'restore',
  name: 'restoring after harm',
  role: 'restorer',
  scopes: [],
  purpose: 'HOPERAT',
  act: by,
})

/**
 * Puts back what one person or client changed within a time: every record gets the content it had before the first of these
 * changes, as a new version, so that nothing is lost. What others have changed since is left, and named.
 */
export function createRestoreChanges({ sql, owners, append, settle, readRecord, commitWrites }: Needs) {
  /** What the ledger says was changed; found newest first, in windows. */
  async function touchedBy({ who, from, to }: RestoreWish, actor: Actor): Promise<Touched[]> {
    await settle()
    const [entry] = await append([
      {
        kind: 'internal',
        interaction: 'restore',
        action: 'E',
        outcome: '0',
        actor,
        purpose: actor.purpose,
        owner: TENANT_OWNER,
        reasons: [`changes of ${who} from ${from.toISOString()} to ${to.toISOString()}`],
        opens: { events: true },
      },
    ])
    const { receipt } = entry as Appended
    const touched = new Map<string, Touched>()
    for (let before: number | undefined; ; ) {
      const rows = await auditRows(sql, { before, limit: WINDOW })
      for (const row of rows) {
        const event = JSON.parse(openEvent(receipt, owners, row)) as Event
        const at = new Date(event.recorded)
        if (at.getTime() < from.getTime() - LATE_MS) return [...touched.values()]
        if (at >= from && at <= to && isChangeOf(event, who)) noteChange(touched, event)
      }
      before = rows.at(-1)?.idx
      if (rows.length < WINDOW || before === undefined) return [...touched.values()]
    }
  }

  /** What puts one record back: nothing when somebody else has changed it since. */
  async function operationFor(actor: Actor, { type, id, first, last }: Touched): Promise<Operation | undefined> {
    const who = { actor, requestId: `restore-${type}-${id}`.slice(0, 64) }
    const ifMatch = { ifMatch: last }
    if (first === 1) return { act: 'delete', type, id, ...ifMatch }
    const { json } = await readRecord(who, { type, id, version: first - 1 }).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'record.gone') return { json: undefined }
      throw error
    })
    if (json === undefined) return { act: 'delete', type, id, ...ifMatch }
    return { act: 'update', type, id, content: prepareContent(json.toString(), type, id), ...ifMatch }
  }

  return async function restoreChanges(wish: RestoreWish): Promise<Restored> {
    const actor = restorerFor(wish.by)
    const touched = await touchedBy(wish, actor)
    const result = { restored: [] as string[], removed: [] as string[], left: [] as string[] }
    let done = 0
    async function putBack(one: Touched) {
      const name = `${one.type}/${one.id}`
      const operation = await operationFor(actor, one)
      if (operation !== undefined && !wish.dryRun) {
        const group = {
          circumstance: { actor, requestId: `restore-${one.id}`.slice(0, 64) },
          interaction: operation.act,
        }
        try {
          await commitWrites({ ...group, operations: () => [operation] })
        } catch (error) {
          const othersWere =
            error instanceof Refusal && ['record.version-conflict', 'record.not-found'].includes(error.code)
          if (!othersWere) throw error
          result.left.push(name)
          return
        }
      }
      ;(operation?.act === 'delete' ? result.removed : result.restored).push(name)
    }
    for (let at = 0; at < touched.length; at += TOGETHER) {
      await Promise.all(touched.slice(at, at + TOGETHER).map(putBack))
      done = Math.min(touched.length, at + TOGETHER)
      wish.progress?.(done, touched.length)
    }
    return result
  }
}

const isChangeOf = ({ action, outcome, agent }: Event, who: string): boolean =>
  outcome === '0' && ['C', 'U', 'D'].includes(action) && agent.some((one) => one.who?.identifier?.value === who)

function noteChange(touched: Map<string, Touched>, { entity }: Event) {
  for (const { what } of entity) {
    const [, type, id, version] = /^(\w+)\/([^/]+)\/_history\/(\d+)$/.exec(what?.reference ?? '') ?? []
    if (type === undefined || id === undefined) continue
    const name = `${type}/${id}`
    const number = Number(version)
    const known = touched.get(name)
    if (known === undefined) touched.set(name, { type, id, first: number, last: number })
    else {
      known.first = Math.min(known.first, number)
      known.last = Math.max(known.last, number)
    }
  }
}
