import type { EntryId, OwnerId, RowId } from './ids.ts'

declare const minted: unique symbol

/** What a receipt allows to be opened: whole kinds of pages for an owner, or single rows. */
export type Opens =
  | { readonly rows: ReadonlySet<RowId> }
  | { readonly owners: ReadonlySet<OwnerId> }
  /** Index pages of any owner, and nothing else: what keeping the index needs. */
  | { readonly indexes: true }
  /** Events of the ledger of any owner, and nothing else. */
  | { readonly events: true }
  | { readonly everything: true }

/**
 * Proof that the ledger holds a durable entry for what is about to be opened. Only the ledger mints one
 * (`tools/layers.ts` refuses `mintReceipt` and casts elsewhere), so an unaudited read does not compile,
 * and `vault/open.ts` checks the value again at run time.
 *
 * - `release`: to an actor, for one owner; what it opens may leave.
 * - `internal`: one query, job or run of a machine; nothing it opens leaves.
 */
export type Receipt = {
  readonly [minted]: true
  readonly kind: 'release' | 'internal'
  readonly id: EntryId
  readonly actor: string
  readonly opens: Opens
  /** Milliseconds since the epoch; afterwards the receipt opens nothing. */
  readonly until: number
}

/** Nobody else can give an object this private field, and asking for it is cheap. */
class Minted {
  readonly #minted = true
  static made(value: object): boolean {
    return #minted in value
  }
}

/** MUST be called by the ledger only, and only for an entry that is durable or commits with what it covers. */
export function mintReceipt(fields: Omit<Receipt, typeof minted>): Receipt {
  return Object.freeze(Object.assign(new Minted(), fields)) as unknown as Receipt
}

export function isMinted(receipt: Receipt): boolean {
  return Minted.made(receipt)
}
