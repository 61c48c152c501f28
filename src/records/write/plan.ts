import type { OwnerId } from '../../kernel/ids.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { Label } from '../label.ts'
import type { Carer } from '../relations/carers.ts'
import type { HeldRelations } from '../relations/held-relations.ts'
import type { Change } from './change.ts'
import type { ConsentsInForce } from './consents-in-force.ts'
import type { Written } from './operation.ts'
import type { Head, OwnerRow } from './write-state.ts'

export type KnownHead = Head & { readonly known?: Label }

/** What a batch of writes knows of the database, kept current as its groups are planned one after another. */
export type State = {
  readonly heads: Map<string, KnownHead>
  readonly patients: Map<string, OwnerRow>
  readonly owners: Map<OwnerId, OwnerRow>
  /** Consents that changed in this batch. */
  readonly consents: ConsentsInForce
  /** Relations by `carerToken owner`, of those who ask. */
  readonly care: ReadonlyMap<string, HeldRelations>
  /** Who asks, by their token. */
  readonly carers: ReadonlyMap<string, Carer>
  /** Of the patients on whose age a label of this batch depends. */
  readonly birthDates: ReadonlyMap<string, string>
  readonly keysEpoch: number
}

export type Plan = {
  readonly changes: readonly Change[]
  readonly written: readonly Written[]
  readonly happenings: readonly Happening[]
  readonly freshOwners: readonly OwnerRow[]
}
