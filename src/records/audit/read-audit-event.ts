import type { Sql } from '../../database/sql.ts'
import { isRowId, TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { OwnerCache } from '../../vault/owner-keys.ts'
import type { Circumstance } from '../circumstance.ts'
import type { Released } from '../read-record.ts'
import type { createFindCandidates } from '../search/find-candidates.ts'
import { auditRowOf, openEvent } from './audit-rows.ts'

type Needs = {
  readonly sql: Sql
  readonly owners: OwnerCache
  readonly append: Append['append']
  readonly find: ReturnType<typeof createFindCandidates>
  readonly settle: () => Promise<void>
}

/** Reads one entry of the ledger as the AuditEvent it commits to. Reading it is an entry too. */
export function createReadAuditEvent({ sql, owners, append, find, settle }: Needs) {
  return async function readAuditEvent({ actor, requestId }: Circumstance, id: string): Promise<Released> {
    await settle()
    const row = isRowId(id) ? await auditRowOf(sql, id) : undefined
    const allowed = row !== undefined && find.mayRead(actor, 'AuditEvent', row.owner, 'read')
    if (row !== undefined) find.hold(row.owner)
    const [entry] = await append([
      {
        kind: 'release',
        interaction: 'read',
        action: 'R',
        outcome: allowed ? '0' : '4',
        actor,
        purpose: actor.purpose,
        owner: row?.owner.owner ?? TENANT_OWNER,
        what: [`AuditEvent/${id}`],
        requestId,
        opens: { owners: new Set(allowed ? [row.owner.owner] : []) },
      },
    ])
    const { receipt, promise } = entry as Appended
    if (!allowed)
      throw new Refusal('record.not-found', `AuditEvent/${id} is not known.`, { receipt: receipt.id, promise })
    const text = openEvent(receipt, owners, row)
    const at = new Date((JSON.parse(text) as { recorded: string }).recorded)
    return {
      json: Buffer.from(text),
      whole: true,
      version: 1,
      at,
      label: { type: 'AuditEvent', id, keyClass: 'audit' },
      receipt: receipt.id,
      promise,
    }
  }
}
