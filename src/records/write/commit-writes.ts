import type { Transaction } from '../../database/sql.ts'
import { createBatcher } from '../../kernel/batcher.ts'
import { type OwnerId, TENANT_OWNER } from '../../kernel/ids.ts'
import { Refusal } from '../../kernel/refusal.ts'
import type { Append, Appended } from '../../ledger/append.ts'
import type { Happening } from '../../ledger/happening.ts'
import { carerToken } from '../read-record.ts'
import type { Carers } from '../relations/carers.ts'
import type { Tokens } from '../tokens.ts'
import type { createBirthDatesOf } from './birth-dates-of.ts'
import type { GroupWritten, Operation, WriteGroup } from './operation.ts'
import type { Plan, State } from './plan.ts'
import type { createPlanWrites } from './plan-writes.ts'
import type { createStoreChanges } from './store-changes.ts'
import { careOf, holdKeys, keysEpoch, lockHeads, lockOwners } from './write-state.ts'

const BUNDLE_LANES = 3
const MOST = 64
const TRIES = 4
/** Unique violation, deadlock, serialisation failure: somebody else was first, so look again. */
const LOOK_AGAIN = new Set(['23505', '40P01', '40001'])

type Needs = {
  readonly tokens: Tokens
  readonly carers: Carers
  readonly appendWith: Append['appendWith']
  readonly birthDatesOf: ReturnType<typeof createBirthDatesOf>
  readonly planWrites: ReturnType<typeof createPlanWrites>
  readonly storeChanges: ReturnType<typeof createStoreChanges>
  readonly guardWrites: GuardWrites
}

/** Asked before anything is planned. Throws a Refusal to stop the group; nothing of it is then written. */
export type GuardWrites = (group: WriteGroup, operations: readonly Operation[]) => Promise<void>

type Asked = { readonly group: WriteGroup; operations: readonly Operation[]; refusal: Refusal | undefined }
type Settled = { readonly plan: Plan; readonly first: number } | { readonly refusal: Refusal; readonly first: number }

/**
 * Commits groups of operations: each wholly or not at all, with its ledger entries, in one transaction that
 * groups asked for at the same moment share. A group that is refused does not disturb its neighbours; its
 * refusal is in the ledger too, and the Refusal thrown carries that receipt.
 */
export function createCommitWrites({
  tokens,
  carers,
  appendWith,
  birthDatesOf,
  planWrites,
  storeChanges,
  guardWrites,
}: Needs) {
  // Single writes in one lane: they meet on the same charts, and one big batch is cheaper than two that wait for
  // each other. Bundles in lanes of their own, so that a long one holds up nobody.
  const singles = createBatcher<WriteGroup, GroupWritten | Error>({ lanes: 1, most: MOST, run: inRounds })
  const bundles = createBatcher<WriteGroup, GroupWritten | Error>({ lanes: BUNDLE_LANES, most: 1, run: inRounds })

  return async function commitWrites(group: WriteGroup): Promise<GroupWritten> {
    const result = await (group.interaction === 'transaction' ? bundles : singles)(group)
    if (result instanceof Error) throw result
    return result
  }

  /** Groups under the same lock must not share a transaction: the second is to see what the first did. */
  async function inRounds(groups: readonly WriteGroup[]): Promise<(GroupWritten | Error)[]> {
    const results = new Map<WriteGroup, GroupWritten | Error>()
    for (let waiting = groups; waiting.length > 0; ) {
      const taken = new Set<string>()
      const round = waiting.filter(({ locks = [] }) => {
        if (locks.some((lock) => taken.has(lock))) return false
        for (const lock of locks) taken.add(lock)
        return true
      })
      const done = await commit(round)
      for (const [n, group] of round.entries()) results.set(group, done[n] as GroupWritten | Error)
      waiting = waiting.filter((group) => !results.has(group))
    }
    return groups.map((group) => results.get(group) as GroupWritten | Error)
  }

  /** Answers for each group, with what went wrong too: a later failure must not hide what was committed before. */
  async function commit(groups: readonly WriteGroup[], tries = 1): Promise<(GroupWritten | Error)[]> {
    try {
      const { value, appended } = await appendWith((tx) => within(tx, groups))
      return value.map((one) => answer(one, appended))
    } catch (error) {
      if (LOOK_AGAIN.has((error as { code?: string }).code ?? '') && tries < TRIES) return commit(groups, tries + 1)
      // A lost database: what was asked may have been committed, so it is not done again.
      const lost = error instanceof Refusal && error.status === 503
      if (lost || groups.length === 1) return groups.map(() => error as Error)
      // One of them broke the statement for all: each alone, so that only that one fails.
      return (await Promise.all(groups.map((group) => commit([group])))).flat()
    }
  }

  async function within(tx: Transaction, groups: readonly WriteGroup[]) {
    const locks = [...new Set(groups.flatMap((group) => group.locks ?? []))].sort()
    for (const lock of locks)
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7306))', [lock], 'lock-condition')
    const asked: Asked[] = []
    for (const group of groups) asked.push({ group, operations: [], refusal: await refusalOf(() => group.first?.(tx)) })
    await Promise.all(
      asked.map(async (one) => {
        one.refusal ??= await refusalOf(async () => {
          one.operations = await one.group.operations()
          await guardWrites(one.group, one.operations)
        })
      }),
    )
    const state = await stateFor(tx, asked)
    const settled: Settled[] = []
    const happenings: Happening[] = []
    for (const one of asked) {
      const first = happenings.length
      try {
        if (one.refusal !== undefined) throw one.refusal
        const plan = planWrites(one.group.circumstance, one.group.interaction, one.operations, state)
        happenings.push(...(plan.happenings.length > 0 ? plan.happenings : [nothingWritten(one.group)]))
        settled.push({ plan, first })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        happenings.push(refused(one.group, one.operations, error))
        settled.push({ refusal: error, first })
      }
    }
    const plans = settled.flatMap((one) => ('plan' in one ? [one.plan] : []))
    const stored = await storeChanges(
      tx,
      state,
      plans.flatMap((plan) => plan.changes),
      plans.flatMap((plan) => plan.freshOwners),
    )
    return { value: settled, happenings, written: Promise.all(stored) }
  }

  async function stateFor(tx: Transaction, asked: readonly Asked[]): Promise<State> {
    const operations = asked.flatMap((one) => one.operations)
    const heads = await lockHeads(
      tx,
      operations.filter((one) => one.act !== 'create').map((one) => tokens.id(one.type, one.id)),
    )
    const patients = new Set<string>()
    const concerned = new Set<OwnerId>([...heads.values()].map((head) => head.owner))
    for (const operation of operations) {
      if (operation.act === 'delete') continue
      for (const patient of operation.content.patients) patients.add(patient)
      if (operation.content.patients.length !== 1) concerned.add(TENANT_OWNER)
    }
    // For every patient, new or not, so that a stranger's write takes the same statements; before any row, as rotation does.
    const held = patients.size > 0 ? holdKeys(tx) : undefined
    const locked = lockOwners(
      tx,
      [...patients].map((patient) => tokens.id('Patient', patient)),
      [...concerned],
    )
    const [, rows, epoch] = await Promise.all([held, locked, keysEpoch(tx)])
    const who = asked.map((one) => carerToken(tokens, one.group.circumstance.actor.fhirUser))
    const asking = await carers.within(tx, who)
    const owned = new Map(rows.flatMap((row) => (row.patientToken === null ? [] : [[row.patientToken, row]])))
    return {
      heads,
      consents: new Map(),
      patients: owned,
      birthDates: await birthDatesOf(tx, operations, owned, epoch),
      owners: new Map(rows.map((row) => [row.owner, row])),
      care: await careOf(
        tx,
        [...asking.values()],
        rows.map((row) => row.owner),
      ),
      carers: asking,
      keysEpoch: epoch,
    }
  }
}

async function refusalOf(act: () => Promise<void> | undefined): Promise<Refusal | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function answer(settled: Settled, appended: readonly Appended[]): GroupWritten | Refusal {
  const { receipt, promise } = appended[settled.first] as Appended
  if ('plan' in settled) return { written: settled.plan.written, receipt: receipt.id, promise }
  const { code, message, issues, cause } = settled.refusal
  return new Refusal(code, message, { issues, receipt: receipt.id, promise, cause })
}

/** Every group has an entry, also one whose conditions left nothing to do: it says so. */
const nothingWritten = ({ circumstance: { actor, requestId }, interaction }: WriteGroup): Happening => ({
  kind: 'internal',
  interaction,
  action: 'E',
  outcome: '0',
  actor,
  purpose: actor.purpose,
  owner: TENANT_OWNER,
  reasons: ['nothing-to-write'],
  requestId,
  opens: { rows: new Set() },
})

function refused(
  { circumstance: { actor, requestId }, interaction }: WriteGroup,
  operations: readonly Operation[],
  refusal: Refusal,
): Happening {
  return {
    kind: 'release',
    interaction,
    action: 'E',
    outcome: '4',
    actor,
    purpose: actor.purpose,
    owner: TENANT_OWNER,
    what: operations.slice(0, 20).map((one) => `${one.type}/${one.id}`),
    reasons: [refusal.code],
    requestId,
    opens: { rows: new Set() },
  }
}
