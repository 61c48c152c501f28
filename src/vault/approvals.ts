import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'

/** What takes two people: each operator signs the same text with a key of their own. */
export type Approval = { readonly operator: string; readonly signature: string }

/** Throws `key.approvals` when this operator did already. */
export function approve(text: Buffer, given: readonly Approval[], operator: string, key: KeyObject): Approval {
  if (given.some((one) => one.operator === operator))
    throw new Refusal('key.approvals', `${operator} approved this already; another operator is needed.`)
  return { operator, signature: sign(null, text, key).toString('base64') }
}

/** How many different operators, still active, hold a valid signature over this very text. */
export async function heldApprovals(sql: Sql, text: Buffer, approvals: readonly Approval[]): Promise<number> {
  const rows = await sql.query<{ operator_id: string; public_key: Buffer }>(
    `select operator_id, public_key from operators where tenant_id = ${TENANT_ID} and removed_at is null and operator_id = any($1)`,
    [approvals.map((one) => one.operator)],
  )
  return rows.filter((row) => {
    const approval = approvals.find((one) => one.operator === row.operator_id)
    const key = createPublicKey({ key: row.public_key, format: 'der', type: 'spki' })
    return approval !== undefined && verify(null, text, key, Buffer.from(approval.signature, 'base64'))
  }).length
}
