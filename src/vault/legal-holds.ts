import { type KeyObject, randomUUID } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { isRowId, type OwnerId, TENANT_ID, TENANT_OWNER } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openJsonForTenant, sealJsonForTenant } from './seal.ts'

export type Hold = {
  readonly id: string
  readonly owner: OwnerId
  readonly reason: string
  readonly patient: string
  readonly placedAt: Date
  readonly liftedAt: Date | null
}

const place = (id: string) =>
  ({ owner: TENANT_OWNER, type: 'legal-hold', row: id, version: 1, column: 'identity' }) as const

/** A legal hold keeps a chart from being shredded until it is lifted. What it says is sealed. */
export async function placeHold(
  sql: Sql,
  key: KeyObject,
  owner: OwnerId,
  patient: string,
  reason: string,
): Promise<string> {
  const id = randomUUID().replaceAll('-', '')
  await sql.query(`insert into legal_holds (tenant_id, hold_id, owner_id, sealed) values (${TENANT_ID}, $1, $2, $3)`, [
    id,
    owner,
    sealJsonForTenant(key, place(id), { patient, reason }),
  ])
  return id
}

export async function listHolds(sql: Sql, key: KeyObject): Promise<Hold[]> {
  const rows = await sql.query<{
    hold_id: string
    owner_id: OwnerId
    sealed: Buffer
    placed_at: Date
    lifted_at: Date | null
  }>(
    `select hold_id, owner_id, sealed, placed_at, lifted_at from legal_holds where tenant_id = ${TENANT_ID} order by placed_at`,
  )
  return rows.map((row) => {
    const { patient, reason } = openJsonForTenant<{ patient: string; reason: string }>(
      key,
      place(row.hold_id),
      row.sealed,
    )
    return { id: row.hold_id, owner: row.owner_id, patient, reason, placedAt: row.placed_at, liftedAt: row.lifted_at }
  })
}

/** False when there is no such hold, or it was lifted before. */
export async function liftHold(sql: Sql, id: string): Promise<boolean> {
  if (!isRowId(id)) return false
  const rows = await sql.query(
    `update legal_holds set lifted_at = now() where tenant_id = ${TENANT_ID} and hold_id = $1 and lifted_at is null returning hold_id`,
    [id],
  )
  return rows.length > 0
}

/** Throws `key.held` while any hold on the owner stands. */
export async function refuseHeld(sql: Sql, owner: OwnerId): Promise<void> {
  const [hold] = await sql.query<{ hold_id: string }>(
    `select hold_id from legal_holds where tenant_id = ${TENANT_ID} and owner_id = $1 and lifted_at is null limit 1`,
    [owner],
  )
  if (hold !== undefined)
    throw new Refusal(
      'key.held',
      `A legal hold (${hold.hold_id}) keeps this chart. It must be lifted first: npx chartwarden hold lift ${hold.hold_id}`,
    )
}
