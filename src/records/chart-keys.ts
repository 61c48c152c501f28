import type { KeyObject } from 'node:crypto'
import type { Receipt } from '../kernel/receipt.ts'
import type { OwnerCache, OwnerKeys } from '../vault/owner-keys.ts'
import { open } from '../vault/seal.ts'
import { type Blob, splitBlob } from './blobs/blob.ts'
import { createOpenLabels, type Label } from './label.ts'
import type { SealedRow } from './own-chart.ts'

export type ChartKeys = ReturnType<typeof createChartKeys>

/** Opens what lies in a sealed row, with the keys that came with it. */
export function createChartKeys({ owners, labelKey }: { owners: OwnerCache; labelKey: () => KeyObject }) {
  const openLabel = createOpenLabels(labelKey)
  const placeOf = (row: SealedRow) => ({ owner: row.owner.owner, type: row.type, row: row.row, version: row.version })
  return {
    /** Has the keys of a row's owner at hand, for its entry; a decoy's for none. */
    keysOf: (row: SealedRow | undefined): OwnerKeys | undefined => row && owners.unwrap(row.owner, row.keysEpoch),
    /** For deciding only: labels never leave. */
    label: (row: SealedRow): Label => openLabel(placeOf(row), row.label),
    /** The JSON of a record, byte for byte as it was sealed, and where a Binary's bytes are. Throws `key.shredded`. */
    opened(row: SealedRow, label: Pick<Label, 'keyClass'>, receipt: Receipt): { json: Buffer; blob?: Blob } {
      if (row.body === null) throw new Error('a deleted version has no body')
      const keys = owners.unwrap(row.owner, row.keysEpoch)
      return splitBlob(open(receipt, keys, label.keyClass, { ...placeOf(row), column: 'body' }, row.body))
    },
    /** As text, and nothing else. */
    body(row: SealedRow, label: Pick<Label, 'keyClass'>, receipt: Receipt): string {
      return this.opened(row, label, receipt).json.toString()
    },
  }
}
