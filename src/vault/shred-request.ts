import { type KeyObject, randomUUID } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { isRowId, type OwnerId, TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Approval, approve, heldApprovals } from './approvals.ts'

/**
 * A request to destroy the key of one chart.
 *
 * - WAITING    approved by one operator or two; the delay runs from the request
 * - CANCELLED  by anybody who operates, at any time before
 * - DONE       the key is destroyed
 */
export type ShredRequest = {
  readonly id: string
  readonly owner: OwnerId
  readonly delaySeconds: number
  readonly requestedAt: Date
  readonly state: 'waiting' | 'cancelled' | 'done'
  readonly approvals: readonly Approval[]
}

/** What an operator signs: this chart, this delay, this moment, and no other. */
const approvalText = (request: Pick<ShredRequest, 'id' | 'owner' | 'delaySeconds' | 'requestedAt'>): Buffer =>
  Buffer.from(
    `chartwarden/shred-approval/v1\n${request.id}\n${request.owner}\n${request.delaySeconds}\n${request.requestedAt.toISOString()}\n`,
  )

type Row = {
  request_id: string
  owner_id: OwnerId
  delay_seconds: number
  requested_at: Date
  state: ShredRequest['state']
  approvals: Approval[]
}
const requestOf = (row: Row): ShredRequest => ({
  id: row.request_id,
  owner: row.owner_id,
  delaySeconds: row.delay_seconds,
  requestedAt: row.requested_at,
  state: row.state,
  approvals: row.approvals,
})

export async function requestShred(
  sql: Sql,
  owner: OwnerId,
  delaySeconds: number,
  requestedAt: Date,
): Promise<ShredRequest> {
  const request = {
    id: randomUUID().replaceAll('-', ''),
    owner,
    delaySeconds,
    requestedAt,
    state: 'waiting',
    approvals: [],
  } as const
  await sql.query(
    `insert into shred_requests (tenant_id, request_id, owner_id, delay_seconds, requested_at, state) values (${TENANT_ID}, $1, $2, $3, $4, 'waiting')`,
    [request.id, owner, delaySeconds, requestedAt],
  )
  return request
}

/** Throws `record.not-found`. `lock` holds the request until the transaction ends. */
export async function readRequest(sql: Sql, id: string, lock = false): Promise<ShredRequest> {
  const rows = isRowId(id)
    ? await sql.query<Row>(
        `select * from shred_requests where tenant_id = ${TENANT_ID} and request_id = $1${lock ? ' for update' : ''}`,
        [id],
      )
    : []
  if (rows[0] === undefined)
    throw new Refusal('record.not-found', `There is no request ${id}. See: npx chartwarden keys status`)
  return requestOf(rows[0])
}

export async function listRequests(sql: Sql): Promise<ShredRequest[]> {
  return (
    await sql.query<Row>(`select * from shred_requests where tenant_id = ${TENANT_ID} order by requested_at`)
  ).map(requestOf)
}

export async function approveRequest(sql: Sql, request: ShredRequest, operator: string, key: KeyObject): Promise<void> {
  if (request.state !== 'waiting') throw new Refusal('key.approvals', `This request is ${request.state}.`)
  const approval = approve(approvalText(request), request.approvals, operator, key)
  await sql.query(
    `update shred_requests set approvals = approvals || $2::jsonb where tenant_id = ${TENANT_ID} and request_id = $1`,
    [request.id, JSON.stringify([approval])],
  )
}

export async function setRequestState(sql: Sql, id: string, state: ShredRequest['state']): Promise<void> {
  await sql.query(`update shred_requests set state = $2 where tenant_id = ${TENANT_ID} and request_id = $1`, [
    id,
    state,
  ])
}

/** Throws `key.approvals` below two. */
export async function refuseUnapproved(sql: Sql, request: ShredRequest): Promise<void> {
  const held = await heldApprovals(sql, approvalText(request), request.approvals)
  if (held >= 2) return
  throw new Refusal(
    'key.approvals',
    `Two operators must approve; ${held} did. Another one says: npx chartwarden keys shred --approve ${request.id}`,
  )
}
