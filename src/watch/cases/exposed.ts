import { type Access, type Class, isBlock, type Step } from '../access.ts'
import type { Case } from './case.ts'
import { CASE_LASTS } from './gather-cases.ts'

/** One access as it was judged: a row of a replay, or an entry of the ledger. `ref` names it there. */
export type JudgedAccess = Access & { readonly ref: number | string; readonly class: Class; readonly step: Step }

/** What was given out or changed of one patient, of one type of record. Records are counted each time they were touched. */
export type ExposedRecords = {
  readonly patient: string
  readonly resourceType: string
  records: number
  read: number
  changed: number
  takenOut: number
  /** Records touched by accesses that nothing explained. */
  unexplained: number
  /** Accesses, and how many of them something explained. */
  accesses: number
  explained: number
  firstAt: number
  lastAt: number
}

export type Exposure = {
  /** From when on the accesses of the case were looked at. */
  readonly since: number
  /** When the first access was stopped; absent when none was. */
  blockedAt?: number
  readonly before: readonly ExposedRecords[]
  /** Given after the first block: its hold had ended, was elsewhere, or left care possible. */
  readonly after: readonly ExposedRecords[]
  readonly patients: number
  readonly records: number
  /** Of the records, those that nothing explained. */
  readonly unexplained: number
  readonly stopped: number
  /** Who touched them. */
  readonly actors: readonly string[]
  readonly refs: readonly (number | string)[]
}

const HALF_DAY = 12 * 3_600_000
const CHANGES = new Set(['create', 'update', 'delete'])
const TAKES_OUT = new Set(['export', 'print'])
const NO_RECORDS = new Set(['login', 'login-failed'])

type Scope = {
  readonly of: Case
  readonly since: number
  readonly until: number
  readonly blockAlertAt: number
  blockedAt: number | undefined
  readonly before: Map<string, ExposedRecords>
  readonly after: Map<string, ExposedRecords>
  readonly actors: Set<string>
  readonly refs: (number | string)[]
  lastRef: number | string | undefined
  stopped: number
}

/**
 * Which records were exposed in each of the cases. Give it every judged access of the time in the order of time, or at least
 * those of the people, patients, sessions and places of the cases (`interests`). Of a person it counts what nothing explains,
 * from fourteen days before the first alert; of the sessions an alert came from, everything from half a day before it.
 * What is asked about, slowed or stepped up counts as given: whether it was, only the live server knows.
 */
export function createExposed(cases: readonly Case[]) {
  const scopes = cases.map((one): Scope => {
    const blocking = one.alerts.find((alert) => isBlock(alert.action))
    return {
      of: one,
      since: one.openedAt - CASE_LASTS,
      until: one.lastAt + HALF_DAY,
      blockAlertAt: blocking?.at ?? Number.POSITIVE_INFINITY,
      blockedAt: undefined,
      before: new Map(),
      after: new Map(),
      actors: new Set(),
      refs: [],
      lastRef: undefined,
      stopped: 0,
    }
  })
  const by = {
    actor: new Map<string, Scope[]>(),
    session: new Map<string, Scope[]>(),
    patient: new Map<string, Scope[]>(),
    network: new Map<string, Scope[]>(),
  }
  const put = (map: Map<string, Scope[]>, name: string, scope: Scope) => {
    const known = map.get(name)
    if (known === undefined) map.set(name, [scope])
    else known.push(scope)
  }
  for (const scope of scopes) {
    if (scope.of.kind === 'person') for (const name of scope.of.actors) put(by.actor, name, scope)
    if (scope.of.kind !== 'patient') for (const name of scope.of.sessions) put(by.session, name, scope)
    if (scope.of.kind === 'patient') put(by.patient, scope.of.about, scope)
    if (scope.of.kind === 'place') put(by.network, scope.of.about, scope)
  }

  const add = (list: Map<string, ExposedRecords>, access: JudgedAccess) => {
    const key = `${access.patient} ${access.resourceType}`
    const known: ExposedRecords = list.get(key) ?? {
      patient: access.patient,
      resourceType: access.resourceType,
      records: 0,
      read: 0,
      changed: 0,
      takenOut: 0,
      unexplained: 0,
      accesses: 0,
      explained: 0,
      firstAt: access.at,
      lastAt: access.at,
    }
    list.set(key, known)
    known.records += access.count
    if (CHANGES.has(access.action)) known.changed += access.count
    else if (TAKES_OUT.has(access.action)) known.takenOut += access.count
    else known.read += access.count
    known.accesses++
    if (access.class === 'explained' || access.class === 'weak') known.explained++
    else known.unexplained += access.count
    known.lastAt = access.at
  }

  function noteIn(scope: Scope, access: JudgedAccess, since: number) {
    if (access.at < since || access.at > scope.until || scope.lastRef === access.ref) return
    const inSession = scope.of.sessions.has(access.session) && access.session !== '' && scope.of.kind !== 'patient'
    const explained = access.class === 'explained' || access.class === 'weak'
    if (inSession ? access.at < scope.of.openedAt - HALF_DAY && explained : explained) return
    scope.lastRef = access.ref
    if (isBlock(access.step)) {
      scope.stopped++
      // What was stopped before the case's own block belongs to another matter of the same person.
      if (access.at >= scope.of.openedAt || access.at >= scope.blockAlertAt) scope.blockedAt ??= access.at
      return
    }
    if (access.failed || NO_RECORDS.has(access.action)) return
    scope.refs.push(access.ref)
    scope.actors.add(access.actor)
    add(scope.blockedAt === undefined ? scope.before : scope.after, access)
  }

  return {
    /** Whether any case looks at accesses of this kind; everything else may be left out. */
    interests: ({ actor, session, patient, network }: Access): boolean =>
      by.actor.has(actor) || by.session.has(session) || by.patient.has(patient) || by.network.has(network),
    note(access: JudgedAccess) {
      const { actor, session, patient, network } = access
      for (const scope of by.actor.get(actor) ?? []) noteIn(scope, access, scope.since)
      for (const scope of by.session.get(session) ?? []) noteIn(scope, access, scope.since)
      for (const scope of by.patient.get(patient) ?? []) noteIn(scope, access, scope.since)
      // Honest people may share the place: only what came with the matter itself.
      for (const scope of by.network.get(network) ?? []) noteIn(scope, access, scope.of.openedAt - HALF_DAY)
    },
    /** What was exposed in each case, in the order of the cases. */
    exposures: (): Exposure[] =>
      scopes.map(({ since, before, after, actors, refs, stopped, blockedAt }) => {
        const all = [...before.values()]
        return {
          since,
          ...(blockedAt !== undefined && { blockedAt }),
          before: gravestFirst(all),
          after: gravestFirst([...after.values()]),
          patients: new Set(all.filter((one) => one.patient !== '').map((one) => one.patient)).size,
          records: all.reduce((sum, one) => sum + one.records, 0),
          unexplained: all.reduce((sum, one) => sum + one.unexplained, 0),
          stopped,
          actors: [...actors],
          refs,
        }
      }),
  }
}

const gravestFirst = (list: readonly ExposedRecords[]): ExposedRecords[] =>
  list.toSorted((one, other) => other.records - one.records || one.firstAt - other.firstAt)
