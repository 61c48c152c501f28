import type { OwnerId } from '../../kernel/ids.ts'
import type { Receipt } from '../../kernel/receipt.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { ChartKeys } from '../chart-keys.ts'
import type { Circumstance } from '../circumstance.ts'
import { sameSecurity } from '../labelling/security-labels.ts'
import type { Masking } from '../mask/masking.ts'
import type { OwnChart, SealedRow } from '../own-chart.ts'
import type { Candidate } from './candidate.ts'

export type ReleasedRow = { readonly id: string; readonly json: Buffer }

type Needs = {
  readonly chart: OwnChart
  readonly keys: ChartKeys
  readonly append: Append['append']
  readonly masking: Masking
}

/** Happenings that all concern one query; results are never recorded, so each owner has one entry. */
export type QueryHappening = Pick<Happening, 'interaction' | 'query' | 'reasons'>

/**
 * Releases a page of candidates: one entry for every owner on it that has none for this query yet, durable
 * before anything is opened for release; then each row under its own owner's receipt.
 */
export function createReleaseCandidates({ chart, keys, append, masking }: Needs) {
  return async function releaseCandidates(
    { actor, requestId }: Circumstance,
    carer: Buffer,
    candidates: readonly Candidate[],
    receipts: Map<OwnerId, Receipt>,
    query: QueryHappening,
  ): Promise<{ rows: ReleasedRow[]; first: Appended | undefined }> {
    const unfetched = candidates.filter((one) => one.sealed === undefined).map((one) => one.row)
    const fetched = new Map((await chart.byRows(unfetched, carer)).map(({ row }) => [row?.row, row]))
    const found = candidates.flatMap((candidate) => {
      const row = candidate.sealed ?? fetched.get(candidate.row)
      // Deleted meanwhile, another's, or labelled otherwise by now: it is not what was decided on.
      if (row === undefined || row.act === 'D' || row.owner.owner !== candidate.owner) return []
      const label = keys.label(row)
      return sameSecurity(label.security, candidate.security) ? [{ candidate, row, label }] : []
    })
    const missing = new Map<OwnerId, { patient?: string; rows: Set<SealedRow['row']> }>()
    for (const { row, label } of found) {
      const { owner } = row.owner
      if (receipts.has(owner)) continue
      keys.keysOf(row)
      let one = missing.get(owner)
      if (one === undefined) {
        const { patient } = label
        one = { ...(patient !== undefined && { patient: `Patient/${patient}` }), rows: new Set() }
        missing.set(owner, one)
      }
      one.rows.add(row.row)
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
      rows: found.map(({ candidate, row, label }) => ({
        id: candidate.self.id,
        json: masking.masked(actor, label.type, keys.opened(row, label, receipts.get(row.owner.owner)!).json),
      })),
      first: appended[0],
    }
  }
}
