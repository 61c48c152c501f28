import type { KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../database/sql.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Append } from '../../ledger/append.ts'
import type { Happening } from '../../ledger/happening.ts'
import { hmac } from '../../vault/hmac.ts'
import { type Access, isBlock } from '../access.ts'
import { isUnstored, isWide } from '../decide/holds.ts'
import { createWatch } from '../engine.ts'
import { createHospital } from '../hospital/hospital.ts'
import type { Playbook } from '../playbooks/playbook.ts'
import { WATCH_DEFAULTS } from '../settings.ts'
import type { Verdict } from '../verdict.ts'
import { accessOf, isProgram } from './access-of.ts'
import { createAsking } from './asking.ts'
import { explainedBy } from './by-relation.ts'
import { createCarryOut } from './carry-out.ts'
import { createDecoys } from './decoys.ts'
import { accessesOfEntry } from './entry-accesses.ts'
import { createKnownPeople } from './known-people.ts'
import { createMeasures, heldRefusal } from './measures.ts'
import { createWatchMetrics } from './metrics.ts'
import { createQuestions } from './questions.ts'
import { remarkedBy } from './remarked.ts'
import { createSharedCounts } from './shared-counts.ts'
import { createSnapshots, type Kept } from './snapshots.ts'
import { createStoredCases } from './stored-cases.ts'
import { createStoredHolds } from './stored-holds.ts'

const NEWS_EVERY_MS = 500
const VERDICTS_EVERY = 10
const DECOYS_EVERY = 60
const SNAPSHOT_EVERY = 600
const FORGET_EVERY = 1200
const LONGEST_DELAY_MS = 2_000
/** So many of the last entries are gone through again at a start, at most. */
const MOST_RECOVERED = 100_000
const LEARN_DAYS = 14
const DAY = 86_400_000

export type WatchMode = 'block' | 'observe' | 'off'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly key: () => KeyObject
  readonly tokenKey: () => KeyObject
  readonly node: string
  readonly mode: WatchMode
  readonly append: Append['append']
  readonly appendWith: Append['appendWith']
  readonly playbooks: readonly Playbook[]
  /** Somebody who can sign in here, and so prove who they are; undefined for others. */
  readonly accountOf: (username: string) => Promise<{ readonly unit?: string } | undefined>
  /** Where they do. */
  readonly proveAt: () => string
  readonly byRelation: (happening: Happening) => boolean
  readonly history: History
  /** A record as JSON, opened for the watch under an entry of its owner; undefined when there is none. */
  readonly lookUp: (type: string, id: string) => Promise<string | undefined>
}

/** What this node has told the ledger: how far it had come, and all since then in the order of time, as JSON. */
export type History = {
  positions(node: string): Promise<Positions>
  since(node: string, positions: Positions, most: number): AsyncIterable<string>
}
type Positions = readonly (readonly [chain: number, seq: number])[]

export type LiveWatch = ReturnType<typeof createLiveWatch>

/**
 * The watch in the path of every release and every write. `guard` MUST be awaited before a byte leaves or a change commits;
 * it throws Refusal watch.held when the act is stopped, and nothing of it may then happen.
 */
export function createLiveWatch(needs: Needs) {
  const { database, clock, key, tokenKey, node, mode, append, appendWith, accountOf, byRelation, history } = needs
  const token = (kind: string, name: string) =>
    hmac('sha256', tokenKey(), Buffer.from(`${kind}\0${name}`)).subarray(0, 16)
  const hospital = createHospital()
  const settings = {
    ...WATCH_DEFAULTS,
    learnUntil: clock.now().getTime() + LEARN_DAYS * DAY,
    boundsWhileLearning: 'most' as const,
  }
  let engine = createWatch(hospital, settings)
  const snapshots = createSnapshots<Positions>(database, key, node)
  const metrics = createWatchMetrics({
    held: () => engine.holds.all(clock.now().getTime()).length,
    actors: () => engine.sizes().actors,
    sessions: () => engine.sizes().sessions,
  })
  const decoys = createDecoys(database, key, token)
  const people = createKnownPeople({
    hospital,
    isDecoy: decoys.has,
    lookUp: needs.lookUp,
    now: () => clock.now().getTime(),
  })
  const counts = createSharedCounts(database, token)
  const holds = createStoredHolds(database, key)
  const cases = createStoredCases(database, key, token, needs.playbooks)
  const questions = createQuestions(database, key, token)
  const carryOut = createCarryOut({ appendWith, cases, questions, holds, accountOf })
  const measures = createMeasures({ clock, append, stored: holds, known: () => engine.holds, proveAt: needs.proveAt })
  const blocks = mode === 'block'
  const asking = createAsking({ clock, appendWith, questions, cases, holds, measures, accountOf, blocks })
  let stopping = false
  let started = false
  let running: Promise<void> = Promise.resolve()

  /** The accesses of one act, each with what explains it; a page counts with all its patients, over all nodes. */
  async function accessesOf(happenings: readonly Happening[]): Promise<Access[]> {
    const now = clock.now().getTime()
    const found = happenings.flatMap((happening) => {
      const access = accessOf(happening, now)
      if (access === undefined) return []
      const said = explainedBy(happening, byRelation(happening))
      if (!access.failed) people.meet(happening.actor, access.patient, said === 'explained')
      return [{ ...access, said }]
    })
    const strange = found.filter((one) => one.said === 'unexplained' && one.patient !== '')
    const first = strange[0]
    // A program is held to what it usually does, on each node by itself; a person to a bound over all nodes.
    if (first === undefined || happenings[0]?.actor.kind !== 'person') return found
    const changes = first.action === 'update' || first.action === 'delete'
    const many = await counts.note(first.actor, changes ? 'change' : 'open', [
      ...new Set(strange.map((one) => one.patient)),
    ])
    return found.map((one) => (one.said === 'unexplained' && one.patient !== '' ? { ...one, many } : one))
  }

  async function take(verdict: Verdict): Promise<void> {
    if (verdict.alert !== undefined) await cases.add(verdict.alert)
    const { hold } = verdict
    if (hold === undefined || !isUnstored(hold)) return
    if (isWide(hold.kind)) engine.holds.undo(hold.id)
    else await measures.begin(hold)
  }

  /** Goes again through what this node did since its snapshot. What was held then is in the database, and nothing is told twice. */
  async function recover(kept: Kept<Positions> | undefined) {
    const units = new Map<string, string>()
    const unitOf = async (username: string) => {
      const unit = units.get(username) ?? (await accountOf(username))?.unit ?? ''
      units.set(username, unit)
      return unit
    }
    for await (const entry of history.since(node, kept?.ledger ?? [], MOST_RECOVERED)) {
      const { actor, accesses } = accessesOfEntry(entry)
      for (const access of accesses) {
        if (access.at <= (kept?.snapshot.clock.now ?? 0)) continue
        const whole = { ...actor, ...(actor.kind === 'person' && { unit: await unitOf(actor.id) }) }
        if (!access.failed) people.meet(whole, access.patient, true)
        engine.consider(access)
      }
    }
    for (const hold of engine.holds.all(0)) if (isUnstored(hold)) engine.holds.undo(hold.id)
  }

  async function keepLearned() {
    const ledger = await history.positions(node)
    await snapshots.keep({ snapshot: engine.save(), ledger })
  }

  /** Returns how long the answer is to wait, in milliseconds; throws when there is to be none. */
  async function judge(access: Access): Promise<number> {
    const began = performance.now()
    const verdict = engine.consider(access)
    metrics.considered(verdict, performance.now() - began)
    if (verdict.alert !== undefined || verdict.hold !== undefined) await take(verdict)
    // A place is held by two people only, and whoever signs in has asked for nothing yet.
    if (mode === 'observe' || access.action === 'login' || access.action === 'login-failed') return 0
    if (isBlock(verdict.step)) throw heldRefusal(verdict.hold, verdict.why)
    const person = !isProgram(access.actor)
    if (verdict.step === 'step-up' && verdict.hold === undefined && person) await asking.proof(access, verdict.why)
    if (verdict.step === 'ask' && person) await asking.why(access)
    return verdict.step === 'slow' ? Math.min(LONGEST_DELAY_MS, 100 * (access.many ?? 1)) : 0
  }

  /** What officers found of cases: that an alert was right makes the next a little easier. */
  async function learn() {
    for (const { finding } of await cases.verdicts())
      if (finding !== 'unclear') engine.budget.verdict(finding === 'misuse')
  }

  async function takeSteps() {
    for (const hold of await carryOut(clock.now().getTime())) engine.holds.adopt(hold)
  }

  return {
    cases,
    holds,
    decoys,
    measures,
    asking,
    /** How the engine is doing: what it holds in memory. */
    sizes: () => engine.sizes(),
    metrics,
    async guard(happenings: readonly Happening[]): Promise<void> {
      if (mode === 'off') return
      if (blocks) measures.refuseHeld(happenings)
      let delay = 0
      for (const access of await accessesOf(happenings)) delay = Math.max(delay, await judge(access))
      if (delay > 0) await sleep(delay)
    },
    /** Puts what the ledger remarks about acts that are done before the officer. */
    async tell(happenings: readonly Happening[]): Promise<void> {
      if (mode === 'off') return
      // The act is committed and the ledger holds the remark: a case that cannot be kept must not look like a failed act.
      for (const one of happenings)
        for (const alert of remarkedBy(one, clock.now().getTime())) await cases.add(alert).catch(() => undefined)
    },
    async start() {
      if (mode === 'off') return
      started = true
      const kept = await snapshots.read()
      if (kept !== undefined) {
        const { snapshot } = kept
        engine = createWatch(hospital, { ...settings, learnUntil: snapshot.learnUntil }, snapshot)
      }
      await decoys.read()
      await recover(kept)
      await measures.readNews()
      running = (async () => {
        for (let turn = 1; !stopping; turn++) {
          await sleep(NEWS_EVERY_MS, undefined, { ref: false })
          if (stopping) return
          // A database that does not answer stops releases by itself; the next turn asks again.
          await measures.readNews().catch(() => undefined)
          if (blocks) await takeSteps().catch(() => undefined)
          if (turn % VERDICTS_EVERY === 0) await learn().catch(() => undefined)
          if (turn % DECOYS_EVERY === 0) await decoys.read().catch(() => undefined)
          if (turn % SNAPSHOT_EVERY === 0) await keepLearned().catch(() => undefined)
          if (turn % FORGET_EVERY === 0) await counts.forget().catch(() => undefined)
        }
      })()
    },
    async stop() {
      if (!started) return
      stopping = true
      await running
      await keepLearned()
    },
  }
}
