import type { KeyObject } from 'node:crypto'
import type { Database } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Append } from '../ledger/append.ts'
import type { Decide } from '../policy/decide.ts'
import type { OwnerCache } from '../vault/owner-keys.ts'
import type { FactsFor } from './facts-for.ts'
import type { Reviews } from './reviews.ts'
import type { createOwnersOfPatients } from './search/find-owners.ts'
import type { Tokens } from './tokens.ts'

/** What the acts about a chart as a whole need: emergencies, who looked, and what is asked about it. */
export type ChartDoor = {
  readonly database: Database
  readonly clock: Clock
  readonly tokens: Tokens
  readonly decide: Decide
  readonly factsFor: FactsFor
  readonly owners: OwnerCache
  readonly ownersOfPatients: ReturnType<typeof createOwnersOfPatients>
  readonly append: Append['append']
  readonly appendWith: Append['appendWith']
  readonly reviews: Reviews
  readonly labelKey: () => KeyObject
  readonly settle: () => Promise<void>
}
