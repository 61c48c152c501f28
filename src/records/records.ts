import type { KeyObject } from 'node:crypto'
import type { Database } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import type { OwnerId } from '../kernel/ids.ts'
import type { Receipt } from '../kernel/receipt.ts'
import type { Append } from '../ledger/append.ts'
import type { Decide } from '../policy/decide.ts'
import type { OwnerCache } from '../vault/owner-keys.ts'
import { createBundle } from './bundle.ts'
import { createChartKeys } from './chart-keys.ts'
import { isResourceType, resourceTypes, searchParameters } from './fhir/definitions.ts'
import { createHistoryOf } from './history-of.ts'
import { createImportItem } from './import-items.ts'
import { createIndexPages } from './index-pages.ts'
import { createOwnChart } from './own-chart.ts'
import { createReadRecord } from './read-record.ts'
import { createReadStep } from './read-step.ts'
import { createFindCandidates } from './search/find-candidates.ts'
import { createFindMatches } from './search/find-matches.ts'
import { createReleaseCandidates } from './search/release-candidates.ts'
import { createSearchRecords } from './search/search-records.ts'
import { createTokens } from './tokens.ts'
import { createTransact } from './transact.ts'
import { createCommitWrites } from './write/commit-writes.ts'
import { createPlanWrites } from './write/plan-writes.ts'
import { createStoreChanges } from './write/store-changes.ts'
import type { OwnerRow } from './write/write-state.ts'
import { createWriteRecord } from './write-record.ts'

export type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly append: Append['append']
  readonly appendWith: Append['appendWith']
  readonly decide: Decide
  readonly owners: OwnerCache
  readonly labelKey: () => KeyObject
  readonly tokenKey: () => KeyObject
  readonly cursorKey: () => KeyObject
  readonly newOwner: (owner: OwnerId) => Omit<OwnerRow, 'patientToken'>
  /** The internal receipt under which this run keeps the index. */
  readonly standing: () => Promise<Receipt>
  readonly expectedPatients: number
}

export type Records = ReturnType<typeof createRecords>

/** The acts on records. Every door, whatever its protocol, goes through these. */
export function createRecords(needs: Needs) {
  const { database, clock, append, appendWith, decide, owners, labelKey } = needs
  const tokens = createTokens(needs.tokenKey(), needs.expectedPatients)
  const chart = createOwnChart(database)
  const keys = createChartKeys({ owners, labelKey })
  const pages = createIndexPages()
  const planWrites = createPlanWrites({ tokens, decide, owners, labelKey, newOwner: needs.newOwner, clock })
  const storeChanges = createStoreChanges({ owners, pages, standing: needs.standing })
  const commitWrites = createCommitWrites({ tokens, appendWith, planWrites, storeChanges })
  const readRecord = createReadRecord({ chart, keys, tokens, decide, append })
  const find = createFindCandidates({ sql: database, owners, pages, keys, chart, decide, tokens })
  const release = createReleaseCandidates({ chart, keys, append })
  const findMatches = createFindMatches({ sql: database, tokens, append, find })
  const searchRecords = createSearchRecords({
    sql: database,
    tokens,
    decide,
    append,
    find,
    release,
    cursorKey: needs.cursorKey,
  })
  const historyOf = createHistoryOf({ chart, keys, tokens, decide, append })
  const transact = createTransact({ commitWrites, findMatches })
  const readStep = createReadStep({ readRecord, searchRecords, historyOf })
  return {
    tokens,
    definitions: { isResourceType, resourceTypes, searchParameters },
    readRecord,
    searchRecords,
    historyOf,
    transact: createBundle({ transact, readStep }),
    importItem: createImportItem({ database, transact }),
    ...createWriteRecord({ commitWrites, readRecord, findMatches }),
  }
}
