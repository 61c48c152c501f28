import type { Transaction } from '../database/sql.ts'
import { type OwnerId, TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { KeyStore } from './key-store.ts'
import { refuseHeld } from './legal-holds.ts'
import { holdKeys, moveKeysEpoch, rewrapOwners } from './rotate-keys.ts'
import { readRequest, refuseUnapproved, type ShredRequest, setRequestState } from './shred-request.ts'

type Shard = { readonly request: ShredRequest; readonly shard: number }

/**
 * Looks at a request before anything is destroyed: it waits, two operators approved, the delay is over by
 * `now`, no hold stands. Returns the shard that has to change. Throws `key.approvals`, `key.held`.
 */
export async function readyToShred(tx: Transaction, id: string, now: Date): Promise<Shard> {
  const request = await readRequest(tx, id, true)
  if (request.state !== 'waiting') throw new Refusal('key.approvals', `This request is ${request.state}.`)
  await refuseUnapproved(tx, request)
  const from = new Date(request.requestedAt.getTime() + request.delaySeconds * 1000)
  if (now < from)
    throw new Refusal(
      'key.approvals',
      `The delay is not over; from ${from.toISOString()} on it can be done, until then cancelled.`,
    )
  const [row] = await tx.query<{ shard: number }>(
    `select shard from owners where tenant_id = ${TENANT_ID} and owner_id = $1 for update`,
    [request.owner],
  )
  if (row === undefined) throw new Refusal('record.not-found', 'The chart is not there.')
  await refuseHeld(tx, request.owner)
  return { request, shard: row.shard }
}

/**
 * The middle of a shredding, in one transaction: every other chart of the shard goes under the new KEK, this
 * one's key, tokens and index go. MUST be preceded by `proposeShards` and followed, once committed, by
 * `adoptShards`, which forgets the KEK that older copies of the database need.
 */
export async function shredOwner(tx: Transaction, store: KeyStore, { request, shard }: Shard): Promise<void> {
  const { owner } = request
  await holdKeys(tx)
  await tx.query(
    `update owners set wrapped_key = null, shredded_at = now() where tenant_id = ${TENANT_ID} and owner_id = $1`,
    [owner],
  )
  while ((await rewrapOwners(tx, store, [shard])) > 0);
  await forgetTraces(tx, owner)
  await setRequestState(tx, request.id, 'done')
  await moveKeysEpoch(tx)
}

async function forgetTraces(tx: Transaction, owner: OwnerId): Promise<void> {
  await tx.query(
    `delete from search_tokens s using record_heads h
     where s.tenant_id = ${TENANT_ID} and h.tenant_id = s.tenant_id and h.row_id = s.row_id and h.owner_id = $1`,
    [owner],
  )
  await tx.query(
    `delete from unit_members m using record_heads h
     where m.tenant_id = ${TENANT_ID} and h.tenant_id = m.tenant_id and h.row_id = m.row_id and h.owner_id = $1`,
    [owner],
  )
  await tx.query(`delete from index_pages where tenant_id = ${TENANT_ID} and owner_id = $1`, [owner])
  await tx.query(`delete from care_relations where tenant_id = ${TENANT_ID} and owner_id = $1`, [owner])
  await tx.query(`delete from owner_consents where tenant_id = ${TENANT_ID} and owner_id = $1`, [owner])
}
