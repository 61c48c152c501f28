import type { Contribution, Entities } from '../alert.ts'
import { type Case, type CaseKind, contributionsOfCase, type Finding, scoreOfCase } from './case.ts'
import type { ExposedRecords, Exposure } from './exposed.ts'
import { type SimilarCase, similarCases } from './similar-cases.ts'
import { type Stage, stageOfCase } from './stage-of-case.ts'
import { sayCase, timelineOf } from './timeline.ts'
import { wouldHaveExplained } from './would-explain.ts'

type ToldRecords = Omit<ExposedRecords, 'firstAt' | 'lastAt'> & { readonly firstAt: string; readonly lastAt: string }

/** A case as files and people get it. Times are ISO 8601. */
export type ToldCase = {
  readonly id: string
  readonly kind: CaseKind
  readonly about: string
  readonly says: string
  readonly openedAt: string
  readonly lastAt: string
  readonly score: number
  readonly stage?: Stage
  readonly contributions: readonly Contribution[]
  readonly wouldHaveExplained: readonly string[]
  readonly actors: readonly string[]
  readonly roles: readonly string[]
  readonly patients: readonly string[]
  readonly sessions: readonly string[]
  readonly devices: readonly string[]
  readonly networks: readonly string[]
  readonly related: readonly string[]
  readonly similar: readonly SimilarCase[]
  readonly verdict?: { readonly finding: Finding; readonly reason: string; readonly by: string; readonly at: string }
  readonly timeline: readonly { readonly at: string; readonly says: string }[]
  readonly alerts: readonly ToldAlert[]
  readonly exposed: {
    readonly since: string
    readonly blockedAt?: string
    readonly patients: number
    readonly records: number
    readonly unexplained: number
    readonly stopped: number
    readonly actors: readonly string[]
    readonly beforeBlock: readonly ToldRecords[]
    readonly afterBlock: readonly ToldRecords[]
    /** Rows of the replay, or ids of ledger entries. */
    readonly refs: readonly (number | string)[]
  }
}
export type ToldAlert = {
  readonly row?: number
  readonly at: string
  readonly action: string
  readonly score: number
  readonly entities: Entities
}

const iso = (at: number): string => new Date(at).toISOString()
const records = (list: readonly ExposedRecords[]): ToldRecords[] =>
  list.map((one) => ({ ...one, firstAt: iso(one.firstAt), lastAt: iso(one.lastAt) }))

const NOTHING: Exposure = {
  since: 0,
  before: [],
  after: [],
  patients: 0,
  records: 0,
  unexplained: 0,
  stopped: 0,
  actors: [],
  refs: [],
}

/** A case with all that is to be said of it; `all` are the cases to look for similar ones in. */
export function tellCase(of: Case, all: readonly Case[], exposure: Exposure = NOTHING): ToldCase {
  const stage = stageOfCase(of)
  const { verdict } = of
  return {
    id: of.id,
    kind: of.kind,
    about: of.about,
    says: sayCase(of, exposure),
    openedAt: iso(of.openedAt),
    lastAt: iso(of.lastAt),
    score: scoreOfCase(of),
    ...(stage !== undefined && { stage }),
    contributions: contributionsOfCase(of),
    wouldHaveExplained: wouldHaveExplained(of),
    actors: [...of.actors],
    roles: [...of.roles],
    patients: [...of.patients],
    sessions: [...of.sessions],
    devices: [...of.devices],
    networks: [...of.networks],
    related: [...of.related],
    similar: similarCases(of, all),
    ...(verdict !== undefined && { verdict: { ...verdict, at: iso(verdict.at) } }),
    timeline: timelineOf(of, exposure).map(({ at, says }) => ({ at: iso(at), says })),
    alerts: of.alerts.map(({ row, at, action, score, entities }) => ({
      ...(row !== undefined && { row }),
      at: iso(at),
      action,
      score,
      entities,
    })),
    exposed: {
      since: iso(exposure.since),
      ...(exposure.blockedAt !== undefined && { blockedAt: iso(exposure.blockedAt) }),
      patients: exposure.patients,
      records: exposure.records,
      unexplained: exposure.unexplained,
      stopped: exposure.stopped,
      actors: exposure.actors,
      beforeBlock: records(exposure.before),
      afterBlock: records(exposure.after),
      refs: exposure.refs,
    },
  }
}
