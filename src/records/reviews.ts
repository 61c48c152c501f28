import type { KeyObject } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { type EntryId, isRowId, newRowId, type OwnerId, type RowId, TENANT_ID, TENANT_OWNER } from '../kernel/ids.ts'
import { openJsonForTenant, sealJsonForTenant } from '../vault/seal.ts'

/**
 * What an officer has to look at: a glass that was broken, or a patient who asks about an access.
 *
 * - OPEN     since it happened
 * - CLOSED   an officer found it justified, or misuse
 */
export type Review = {
  readonly id: RowId
  readonly kind: 'break-glass' | 'question'
  readonly owner: OwnerId
  readonly openedAt: Date
  readonly closedAt: Date | null
  readonly finding: Finding | null
  readonly kept: KeptReview
}
export type Finding = 'justified' | 'misuse'

/** Sealed: who, about whom, and in which words. */
export type KeptReview = {
  readonly patient: string
  readonly person: { readonly id: string; readonly name: string; readonly role: string; readonly unit?: string }
  /** The reason given, or the question asked. */
  readonly text: string
  /** The ledger entry it is about. */
  readonly entry: EntryId
  readonly endsAt?: string
  readonly officer?: { readonly id: string; readonly name: string }
  readonly note?: string
}

type Row = {
  review_id: RowId
  kind: Review['kind']
  owner_id: OwnerId
  sealed: Buffer
  opened_at: Date
  closed_at: Date | null
  finding: Finding | null
}
const place = (id: RowId) => ({ owner: TENANT_OWNER, type: 'Review', row: id, version: 1, column: 'review' }) as const

export type Reviews = ReturnType<typeof createReviews>

/** Owner of the table `reviews`. Every call takes the transaction it belongs to. */
export function createReviews(key: () => KeyObject) {
  const seal = (id: RowId, kept: KeptReview) => sealJsonForTenant(key(), place(id), kept)
  const opened = (row: Row): Review => ({
    id: row.review_id,
    kind: row.kind,
    owner: row.owner_id,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    finding: row.finding,
    kept: openJsonForTenant<KeptReview>(key(), place(row.review_id), row.sealed),
  })

  return {
    async open(
      sql: Sql,
      review: Pick<Review, 'kind' | 'owner' | 'kept'> & { readonly openedAt: Date; readonly actor: Buffer | null },
    ): Promise<RowId> {
      const id = newRowId()
      await sql.query(
        `insert into reviews (tenant_id, review_id, kind, owner_id, actor_token, sealed, opened_at) values (${TENANT_ID}, $1, $2, $3, $4, $5, $6)`,
        [id, review.kind, review.owner, review.actor, seal(id, review.kept), review.openedAt],
      )
      return id
    },
    async waiting(sql: Sql): Promise<Review[]> {
      const rows = await sql.query<Row>(
        `select review_id, kind, owner_id, sealed, opened_at, closed_at, finding from reviews
         where tenant_id = ${TENANT_ID} and closed_at is null order by opened_at limit 500`,
      )
      return rows.map(opened)
    },
    async find(sql: Sql, id: string, lock = false): Promise<Review | undefined> {
      if (!isRowId(id)) return undefined
      const [row] = await sql.query<Row>(
        `select review_id, kind, owner_id, sealed, opened_at, closed_at, finding from reviews
         where tenant_id = ${TENANT_ID} and review_id = $1${lock ? ' for update' : ''}`,
        [id],
      )
      return row && opened(row)
    },
    async close(sql: Sql, { id, kept }: Review, finding: Finding, more: Pick<KeptReview, 'officer' | 'note'>) {
      await sql.query(
        `update reviews set closed_at = now(), finding = $2, sealed = $3 where tenant_id = ${TENANT_ID} and review_id = $1`,
        [id, finding, seal(id, { ...kept, ...more })],
      )
    },
    /** How often somebody was found to have misused it, within `days`. */
    async misuses(sql: Sql, actor: Buffer, days: number): Promise<number> {
      const [row] = await sql.query<{ count: number }>(
        `select count(*)::int as count from reviews where tenant_id = ${TENANT_ID} and actor_token = $1 and finding = 'misuse'
         and opened_at > now() - make_interval(days => $2)`,
        [actor, days],
      )
      return row?.count ?? 0
    },
  }
}
