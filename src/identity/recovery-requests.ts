import { type KeyObject, randomUUID } from 'node:crypto'
import type { Database, Sql } from '../database/sql.ts'
import { isRowId, TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Approval, approve, heldApprovals } from '../vault/approvals.ts'
import type { AccountId } from './account.ts'

/**
 * Somebody lost what they sign in with, and two operators have to believe it.
 *
 * - WAITING    one operator asked; another one has a day to approve
 * - DONE       two approved, and the link was made
 * - CANCELLED  by either, before that
 */
export type RecoveryRequest = {
  readonly id: string
  readonly account: AccountId
  readonly requestedAt: Date
  readonly approvals: readonly Approval[]
}
type Row = { request_id: string; account_id: AccountId; requested_at: Date; approvals: Approval[] }

const LASTS_SECONDS = 86_400
const approvalText = ({ id, account, requestedAt }: Omit<RecoveryRequest, 'approvals'>): Buffer =>
  Buffer.from(`chartwarden/recovery-approval/v1\n${id}\n${account}\n${requestedAt.toISOString()}\n`)

async function keepApproval(sql: Sql, id: string, approval: Approval): Promise<void> {
  await sql.query(
    `update recovery_requests set approvals = approvals || $2::jsonb where tenant_id = ${TENANT_ID} and request_id = $1`,
    [id, JSON.stringify([approval])],
  )
}

/** The first operator asks. */
export async function requestRecovery(
  database: Database,
  account: AccountId,
  requestedAt: Date,
  operator: string,
  key: KeyObject,
): Promise<RecoveryRequest> {
  const request = { id: randomUUID().replaceAll('-', ''), account, requestedAt, approvals: [] }
  await database.within(async (tx) => {
    await tx.query(
      `insert into recovery_requests (tenant_id, request_id, account_id, requested_at, expires_at, state)
       values (${TENANT_ID}, $1, $2, $3, $3::timestamptz + make_interval(secs => $4), 'waiting')`,
      [request.id, account, requestedAt, LASTS_SECONDS],
    )
    await keepApproval(tx, request.id, approve(approvalText(request), [], operator, key))
  })
  return request
}

/** The second operator approves; `then` makes the link in the same transaction. Throws `key.approvals`, `record.not-found`. */
export function approveRecovery<T>(
  database: Database,
  id: string,
  operator: string,
  key: KeyObject,
  then: (tx: Sql, account: AccountId) => Promise<T>,
): Promise<T> {
  return database.within(async (tx) => {
    const [row] = isRowId(id)
      ? await tx.query<Row>(
          `select * from recovery_requests where tenant_id = ${TENANT_ID} and request_id = $1 and state = 'waiting' and expires_at > now() for update`,
          [id],
        )
      : []
    if (row === undefined) throw new Refusal('record.not-found', `No recovery ${id} waits for approval.`)
    const request = {
      id: row.request_id,
      account: row.account_id,
      requestedAt: row.requested_at,
      approvals: row.approvals,
    }
    const approval = approve(approvalText(request), request.approvals, operator, key)
    const held = await heldApprovals(tx, approvalText(request), [...request.approvals, approval])
    if (held < 2) throw new Refusal('key.approvals', 'Two operators who are still active must approve.')
    await keepApproval(tx, id, approval)
    await tx.query(`update recovery_requests set state = 'done' where tenant_id = ${TENANT_ID} and request_id = $1`, [
      id,
    ])
    return then(tx, request.account)
  })
}
