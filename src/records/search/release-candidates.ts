import type { OwnerId } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { ChartKeys } from '../chart-keys.ts'
import type { Circumstance } from '../circumstance.ts'
import type { Label } from '../label.ts'
import type { OwnChart, SealedRow } from '../own-chart.ts'
import type { Candidate } from './candidate.ts'

export type ReleasedRow = { readonly label: Label; readonly row: SealedRow; readonly text: string }

type Needs = { readonly chart: OwnChart; readonly keys: ChartKeys; readonly append: Append['append'] }

/** Happenings that all concern one query; results are never recorded, so each owner has one entry. */
export type QueryHappening = Pick<Happening, 'interaction' | 'query' | 'reasons'>

/**
 * Releases a page of candidates: one entry for every owner on it that has none for this query yet, durable
 * before anything is opened for release; then each row under its own owner's receipt.
 */
export function createReleaseCandidates({ chart, keys, append }: Needs) {
  return async function releaseCandidates(
    { actor, requestId }: Circumstance,
    carer: Buffer,
    candidates: readonly Candidate[],
    receipts: Map<OwnerId, Receipt>,
    query: QueryHappening,
  ): Promise<{ rows: ReleasedRow[]; first: Appended | undefined }> {
    const rows = await chart.byRows(
      candidates.map((one) => one.row),
      carer,
    )
    const labelled = rows.filter((row) => row.act !== 'D').map((row) => ({ row, label: keys.label(row) }))
    const missing = new Map<OwnerId, { patient?: string; rows: Set<SealedRow['row']> }>()
    for (const { row, label } of labelled) {
      keys.keysOf(row)
      if (receipts.has(row.owner.owner)) continue
      const one = missing.get(row.owner.owner) ?? {
        ...(label.patient !== undefined && { patient: `Patient/${label.patient}` }),
        rows: new Set(),
      }
      one.rows.add(row.row)
      missing.set(row.owner.owner, one)
    }
    const appended = await append(
      [...missing].map(([owner, one]) => ({
        kind: 'release',
        action: 'E',
        outcome: '0',
        actor,
        purpose: actor.purpose,
        owner,
        ...(one.patient !== undefined && { patient: one.patient }),
        requestId,
        opens: { rows: one.rows },
        ...query,
      })),
    )
    ;[...missing.keys()].forEach((owner, n) => {
      receipts.set(owner, (appended[n] as Appended).receipt)
    })
    return {
      rows: labelled.map(({ row, label }) => ({
        row,
        label,
        text: keys.body(row, label, receipts.get(row.owner.owner)!),
      })),
      first: appended[0],
    }
  }
}
