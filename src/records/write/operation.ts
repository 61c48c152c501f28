import type { Transaction } from '../../database/sql.ts'
import type { Blob } from '../blobs/blob.ts'
import type { Circumstance, Receipted } from '../circumstance.ts'
import type { IndexEntry } from '../fhir/extract-values.ts'
import type { Resource } from '../fhir/parse-resource.ts'

/** Content that was parsed, validated and read for search; nothing of it is in the database yet. */
export type Content = {
  readonly resource: Resource
  /** JSON without white space, as it came: number lexemes and member order are the sender's. */
  readonly text: string
  readonly values: IndexEntry
  /** FHIR ids of the patients it speaks of; for a Patient, its own. */
  readonly patients: readonly string[]
  /** Where a Binary's bytes were stored. */
  readonly blob?: Blob
}

/** As `ifMatch`: the record must not be there, or be deleted (`If-None-Match: *`). */
export const NOTHING_THERE = 0

export type Operation =
  | { readonly act: 'create'; readonly type: string; readonly id: string; readonly content: Content }
  | {
      readonly act: 'update'
      readonly type: string
      readonly id: string
      readonly content: Content
      readonly ifMatch?: number
      /** The version that its sender has seen, and seen all of: one that is masked for them is not replaced by them. */
      readonly seenWhole?: number
    }
  | { readonly act: 'delete'; readonly type: string; readonly id: string; readonly ifMatch?: number }

/**
 * Operations that happen together or not at all. Inside the transaction, once all of `locks` are held, `first`
 * is called, then `operations`: what these find by a condition stays so until the commit.
 */
export type WriteGroup = {
  readonly circumstance: Circumstance
  readonly interaction: string
  readonly locks?: readonly string[]
  readonly first?: ((tx: Transaction) => Promise<void>) | undefined
  readonly operations: () => Promise<readonly Operation[]> | readonly Operation[]
}

export type Written = {
  readonly status: 200 | 201 | 204
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: Date
  /** The text as stored, with its identity; absent for a delete. */
  readonly text?: string
}

export type GroupWritten = Receipted & { readonly written: readonly Written[] }
