import type { EntryId, OwnerId, RowId } from '../../kernel/ids.ts'
import type { Indexed } from '../index-pages.ts'
import type { Label } from '../label.ts'
import type { TieRows } from './ties-of-content.ts'

/** One new version of a record, sealed and ready to be stored. */
export type Change = {
  readonly idToken: Buffer
  readonly row: RowId
  readonly type: string
  readonly version: number
  readonly act: 'C' | 'U' | 'D'
  readonly at: Date
  readonly owner: OwnerId
  readonly entry: EntryId
  readonly label: Label
  readonly sealedLabel: Buffer
  readonly sealedBody: Buffer | null
  readonly digest: Buffer
  /** What the index will hold; null when the record leaves it. */
  readonly indexed: Indexed | null
  /** Where the version before is indexed. */
  readonly before?: { readonly owner: OwnerId; readonly page: number }
  /** The blob this version comes to own. */
  readonly blobId?: string
  readonly tokens: readonly { readonly param: string; readonly token: Buffer }[]
  /** Absent leaves those that are there. */
  readonly ties?: TieRows
}
