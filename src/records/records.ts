import type { KeyObject } from 'node:crypto'
import type { Database } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import type { OwnerId } from '../kernel/ids.ts'
import type { Receipt } from '../kernel/receipt.ts'
import type { Append } from '../ledger/append.ts'
import type { Decide } from '../policy/decide.ts'
import type { OwnerCache } from '../vault/owner-keys.ts'
import { createAccessQuestions } from './access/access-questions.ts'
import { createAccessReport } from './access/access-report.ts'
import { createExplainAccess } from './access/explain-access.ts'
import { createReadAuditEvent } from './audit/read-audit-event.ts'
import { createSearchAuditEvents } from './audit/search-audit-events.ts'
import { sweepBlobs } from './blobs/store-blob.ts'
import { createBundle } from './bundle.ts'
import { createChartKeys } from './chart-keys.ts'
import type { ConsentEngine } from './consents/consent-engine.ts'
import { createOpenConsents } from './consents/owner-consents.ts'
import { createUnitsAt } from './consents/units-at.ts'
import { createDecideOnRecord } from './decide-on-record.ts'
import { createBreakGlass } from './emergency/break-glass.ts'
import { createFactsFor } from './facts-for.ts'
import { isResourceType, resourceTypes, searchParameters } from './fhir/definitions.ts'
import { createHistoryOf } from './history-of.ts'
import { createImportItem } from './import-items.ts'
import { createIndexPages } from './index-pages.ts'
import type { LabelRules } from './labelling/label-rules.ts'
import { createLookUp } from './look-up.ts'
import { createMasking } from './mask/masking.ts'
import { createOwnChart } from './own-chart.ts'
import { createReadRecord } from './read-record.ts'
import { createReadStep } from './read-step.ts'
import { countLabels } from './relabel/count-labels.ts'
import { createRelabelRecords } from './relabel/relabel-records.ts'
import { createCarers } from './relations/carers.ts'
import { createRelationsAt } from './relations/held-relations.ts'
import { createRestoreChanges } from './restore-changes.ts'
import { createReviews } from './reviews.ts'
import { createFindCandidates } from './search/find-candidates.ts'
import { createFindMatches } from './search/find-matches.ts'
import { createOwnersOfPatients, typesWithRecords } from './search/find-owners.ts'
import { createLookAmong } from './search/look-among.ts'
import { createReleaseCandidates } from './search/release-candidates.ts'
import { createSearchRecords } from './search/search-records.ts'
import { createTokens } from './tokens.ts'
import { createTransact } from './transact.ts'
import { createBirthDatesOf } from './write/birth-dates-of.ts'
import { createCommitWrites, type GuardWrites } from './write/commit-writes.ts'
import { createPlanWrites } from './write/plan-writes.ts'
import { createStoreChanges } from './write/store-changes.ts'
import type { OwnerRow } from './write/write-state.ts'
import { createWriteBinary } from './write-binary.ts'
import { createWriteRecord } from './write-record.ts'

export type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly append: Append['append']
  readonly appendWith: Append['appendWith']
  readonly decide: Decide
  readonly owners: OwnerCache
  readonly labelKey: () => KeyObject
  readonly labelRules: LabelRules
  readonly consents: ConsentEngine
  readonly tokenKey: () => KeyObject
  readonly cursorKey: () => KeyObject
  readonly reviewKey: () => KeyObject
  readonly newOwner: (owner: OwnerId) => Omit<OwnerRow, 'patientToken'>
  /** The internal receipt under which this run keeps the index. */
  readonly standing: () => Promise<Receipt>
  readonly expectedPatients: number
  /** Lets the ledger take in what is durable, so that a search of it is up to date. */
  readonly settle: () => Promise<void>
  readonly guardWrites: GuardWrites
}

export type Records = ReturnType<typeof createRecords>

/** The acts on records. Every door, whatever its protocol, goes through these. */
export function createRecords(needs: Needs) {
  const { database, clock, append, appendWith, decide, owners, labelKey, labelRules } = needs
  const { consents: engine } = needs
  const tokens = createTokens(needs.tokenKey(), needs.expectedPatients)
  const factsFor = createFactsFor({
    engine,
    relationsAt: createRelationsAt(labelKey),
    openConsents: createOpenConsents(labelKey),
    unitsAt: createUnitsAt(labelKey, tokens),
    clock,
  })
  const carers = createCarers(database)
  const chart = createOwnChart(carers)
  const keys = createChartKeys({ owners, labelKey })
  const pages = createIndexPages(database)
  const masking = createMasking({ decide, factsFor })
  const planWrites = createPlanWrites({
    masking,
    tokens,
    decide,
    factsFor,
    engine,
    owners,
    labelKey,
    labelRules,
    newOwner: needs.newOwner,
    clock,
  })
  const storeChanges = createStoreChanges({
    owners,
    pages,
    standing: needs.standing,
    labelKey,
  })
  const commitWrites = createCommitWrites({
    tokens,
    carers,
    appendWith,
    planWrites,
    storeChanges,
    guardWrites: needs.guardWrites,
    birthDatesOf: createBirthDatesOf({ tokens, labelRules, owners, pages, standing: needs.standing }),
  })
  const decideOnRecord = createDecideOnRecord({ carers, keys, decide, factsFor })
  const readChart = createReadRecord({ sql: database, chart, keys, tokens, decideOnRecord, append, masking })
  const find = createFindCandidates({ carers, owners, pages, keys, chart, decide, factsFor, tokens })
  const release = createReleaseCandidates({ chart, keys, append, masking })
  const lookAmong = createLookAmong({ decide, factsFor, tokens })
  const findMatches = createFindMatches({ sql: database, carers, tokens, append, find, masking, lookAmong })
  const searchCharts = createSearchRecords({
    sql: database,
    carers,
    tokens,
    decide,
    factsFor,
    append,
    find,
    release,
    masking,
    cursorKey: needs.cursorKey,
    lookAmong,
  })
  const historyOf = createHistoryOf({ carers, chart, keys, tokens, decide, factsFor, append, masking })
  // The ledger is read as AuditEvents: the one type that is not in the charts.
  const readRecord: typeof readChart = (who, ref) =>
    ref.type === 'AuditEvent' ? readAuditEvent(who, ref.id) : readChart(who, ref)
  const searchRecords: typeof searchCharts = (who, type, pairs, base) =>
    type === 'AuditEvent' ? searchAuditEvents(who, pairs, base) : searchCharts(who, type, pairs, base)
  const transact = createTransact({ commitWrites, findMatches })
  const readStep = createReadStep({ readRecord, searchRecords, historyOf })
  const audit = { sql: database, carers, owners, append, find, settle: needs.settle, lookAmong }
  const readAuditEvent = createReadAuditEvent(audit)
  const searchAuditEvents = createSearchAuditEvents({ ...audit, tokens, cursorKey: needs.cursorKey })
  const chartDoor = {
    database,
    clock,
    tokens,
    decide,
    factsFor,
    owners,
    append,
    appendWith,
    settle: needs.settle,
    ownersOfPatients: createOwnersOfPatients(carers),
    reviews: createReviews(needs.reviewKey),
    labelKey,
  }
  return {
    tokens,
    definitions: { isResourceType, resourceTypes, searchParameters },
    readRecord,
    searchRecords,
    historyOf,
    transact: createBundle({ transact, readStep }),
    writeBinary: createWriteBinary({ sql: database, commitWrites }),
    typesWithRecords: () => typesWithRecords(database),
    sweepBlobs: () => sweepBlobs(database),
    labelRules,
    relabelRecords: createRelabelRecords({ database, append, appendWith, owners, pages, labelKey, labelRules }),
    countLabels: () => countLabels(database, labelKey, labelRules.version),
    importItem: createImportItem({ database, transact }),
    lookUp: createLookUp({ chart, keys, tokens, append }),
    breakGlass: createBreakGlass(chartDoor),
    accessReport: createAccessReport(chartDoor),
    explainAccess: createExplainAccess({ chart, keys, tokens, decide, decideOnRecord, factsFor, append }),
    accessQuestions: createAccessQuestions(chartDoor),
    restoreChanges: createRestoreChanges({
      sql: database,
      owners,
      append,
      settle: needs.settle,
      readRecord: readChart,
      commitWrites,
    }),
    ...createWriteRecord({ commitWrites, readRecord, findMatches, masking }),
  }
}
