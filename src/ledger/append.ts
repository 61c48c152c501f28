import type { Database, Transaction } from '../database/sql.ts'
import { UnknownOutcome } from '../database/sql.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Clock } from '../kernel/clock.ts'
import { mintReceipt, type Receipt } from '../kernel/receipt.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Chain, createChain } from './chain.ts'
import type { Happening } from './happening.ts'
import { type ByRelation, createPrepare, type Prepared, type SealEvent } from './prepare-entry.ts'
import { promiseOver } from './promise.ts'

const RECEIPT_LASTS_MS = 120_000
const READ_LANES = 2
const WRITE_LANES = 4
const MOST_IN_A_BATCH = 256

/** A receipt, and the log's signed promise that the entry will be in the tree. */
export type Appended = { readonly receipt: Receipt; readonly promise: string }

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealEvent: SealEvent
  readonly byRelation: ByRelation
  readonly node: string
  readonly sign: (message: Buffer) => Buffer
}

type Act<T> = { value: T; happenings: readonly Happening[]; written?: Promise<unknown> }

export type Append = {
  /**
   * Appends entries that stand alone (reads, refusals), many requests in one commit. Resolves when they are
   * durable: committed and fsynced. Callers MUST NOT release a byte before. Rejects with
   * `ledger.unavailable`: nothing may then be released.
   */
  append(happenings: readonly Happening[]): Promise<Appended[]>
  /**
   * Runs a write and appends its entries in the same transaction. `body` returns its result and the entries;
   * both are committed, or neither. `written` is what of the write is still on its way: the commit waits for it.
   * Rejects with what `body` threw or `written` rejected with, or `UnknownOutcome`.
   */
  appendWith<T>(body: (tx: Transaction) => Promise<Act<T>>): Promise<{ value: T; appended: Appended[] }>
}

export function createAppend({ database, clock, sealEvent, byRelation, node, sign }: Needs): Append {
  const prepare = createPrepare({ clock, sealEvent, byRelation, observer: node })
  const openChain = async () => {
    const [row] = await database.query<{ chain_id: number }>(
      'insert into ledger_chains (node) values ($1) returning chain_id',
      [node],
    )
    return row?.chain_id as number
  }
  const readChains = Array.from({ length: READ_LANES }, () => createChain(openChain))
  const writeChains = Array.from({ length: WRITE_LANES }, () => createChain(openChain))
  const waiting: ((chain: Chain) => void)[] = []

  const mint = (happening: Happening, { id }: Prepared): Receipt =>
    mintReceipt({
      kind: happening.kind,
      id,
      actor: happening.actor.id,
      opens: happening.opens,
      until: Date.now() + (happening.lastsMs ?? RECEIPT_LASTS_MS),
    })

  function appendedOf(happenings: readonly Happening[], entries: readonly Prepared[]): Appended[] {
    const promises = promiseOver(entries, sign)
    return happenings.map((happening, n) => ({
      receipt: mint(happening, entries[n] as Prepared),
      promise: promises[n] as string,
    }))
  }

  const together = createBatcher<readonly Happening[], Appended[]>({
    lanes: READ_LANES,
    most: MOST_IN_A_BATCH,
    async run(batch, lane) {
      const chain = readChains[lane] as Chain
      const happenings = batch.flat()
      const entries = happenings.map(prepare)
      try {
        await chain.write(database, entries)
        chain.keep()
      } catch (cause) {
        chain.abandon()
        throw new Refusal(
          'ledger.unavailable',
          'The ledger cannot take the entry, so nothing is released. Try again shortly.',
          { cause },
        )
      }
      const appended = appendedOf(happenings, entries)
      let at = 0
      return batch.map((some) => {
        at += some.length
        return appended.slice(at - some.length, at)
      })
    },
  })

  const takeChain = (): Promise<Chain> => {
    const free = writeChains.pop()
    return free === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(free)
  }
  const giveBack = (chain: Chain): void => {
    const next = waiting.shift()
    if (next === undefined) writeChains.push(chain)
    else next(chain)
  }

  return {
    append: (happenings) => (happenings.length === 0 ? Promise.resolve([]) : together(happenings)),
    async appendWith(body) {
      let chain: Chain | undefined
      try {
        const done = await database.within(async (tx) => {
          const { value, happenings, written } = await body(tx)
          written?.catch(() => undefined)
          const entries = happenings.map(prepare)
          if (entries.length > 0) {
            chain = await takeChain()
            await Promise.all([written, chain.write(tx, entries)])
          } else await written
          return { value, happenings, entries }
        })
        chain?.keep()
        return { value: done.value, appended: appendedOf(done.happenings, done.entries) }
      } catch (error) {
        if (error instanceof UnknownOutcome || (error instanceof Refusal && error.code === 'database.unavailable'))
          chain?.abandon()
        else chain?.forget()
        throw error
      } finally {
        if (chain !== undefined) giveBack(chain)
      }
    },
  }
}
