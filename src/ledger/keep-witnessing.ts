import type { Database } from '../database/sql.ts'
import { askWitness, NotWitnessed, type WitnessFailure } from './ask-witness.ts'
import { cosignedSizes, writeCosignature } from './cosignature-store.ts'
import type { KnownWitness } from './parse-witness.ts'
import { proveConsistency, type TileReader } from './tiles.ts'
import { type Head, readHead } from './tree-store.ts'

const EVERY_MS = 2_000
const LONGEST_PAUSE_MS = 60_000

/** How it stands with one witness. `failure` is why the last question brought no cosignature, if it did not. */
export type WitnessStatus = {
  readonly name: string
  readonly url: string
  /** The largest tree that it cosigned, as far as we know. */
  readonly size: number | undefined
  readonly failure: { readonly kind: WitnessFailure | 'defect'; readonly message: string } | undefined
}

export type Witnessing = { status(): readonly WitnessStatus[]; stop(): Promise<void> }

type Needs = {
  readonly database: Database
  readonly origin: string
  readonly read: TileReader
  readonly witnesses: readonly KnownWitness[]
  /** Whether this node writes the tree: only that one asks. */
  readonly holds: () => boolean
  /** Told once, in an operator's words, when a witness begins or ceases to fail. */
  readonly told: (line: string) => void
  readonly everyMs?: number
}

type Asked = KnownWitness & { size: number | undefined; failure: WitnessStatus['failure']; tries: number; next: number }

/**
 * Has each new checkpoint cosigned by every witness, at most every two seconds, beside the writing of the tree and
 * never in its way. A witness that fails is asked again after 2, 4, … 60 seconds; a witness that found a fork too,
 * since it is a person who has to settle that.
 */
export function keepWitnessing({
  database,
  origin,
  read,
  witnesses,
  holds,
  told,
  everyMs = EVERY_MS,
}: Needs): Witnessing {
  const stopping = new AbortController()
  const all: Asked[] = witnesses.map((one) => ({ ...one, size: undefined, failure: undefined, tries: 0, next: 0 }))
  let remembered = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const fetchUntilStopped: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.any([stopping.signal, ...(init?.signal ? [init.signal] : [])]) })

  async function turn(): Promise<void> {
    if (!holds()) return
    const head = await readHead(database)
    if (head.checkpoint === '' || head.size === 0) return
    if (!remembered) {
      const sizes = await cosignedSizes(database)
      for (const one of all) one.size = sizes.get(one.name)
      remembered = true
    }
    await Promise.all(all.map((one) => ask(one, head)))
  }

  async function ask(one: Asked, { size, root, checkpoint }: Head): Promise<void> {
    if (one.failure === undefined ? one.size === size : performance.now() < one.next) return
    try {
      const lines = await askWitness(
        { url: one.url, fetch: fetchUntilStopped, verifiers: [one.verifier] },
        {
          origin,
          size,
          checkpoint,
          proveFrom: (old) => proveConsistency(old, size, read),
          ...(one.size !== undefined && one.size <= size && { knownSize: one.size }),
        },
      )
      await writeCosignature(database, { size, root, checkpoint }, one.name, lines.join(''))
      if (one.failure !== undefined) told(`The witness ${one.name} cosigns again.`)
      Object.assign(one, { size, failure: undefined, tries: 0 })
    } catch (error) {
      if (!stopping.signal.aborted) failed(one, error)
    }
  }

  function failed(one: Asked, error: unknown): void {
    const kind = error instanceof NotWitnessed ? error.failure : 'defect'
    const message = error instanceof Error ? error.message : String(error)
    if (one.failure?.kind !== kind) told(inWords(one.name, kind, message))
    one.tries += 1
    one.failure = { kind, message }
    one.next = performance.now() + Math.min(LONGEST_PAUSE_MS, everyMs * 2 ** (one.tries - 1))
  }

  function plan(): void {
    if (stopping.signal.aborted) return
    timer = setTimeout(() => {
      // A database that does not answer is asked again at the next turn.
      running = turn().catch(() => undefined)
      void running.then(plan)
    }, everyMs)
    timer.unref()
  }
  if (all.length > 0) plan()

  return {
    status: () => all.map(({ name, url, size, failure }) => ({ name, url, size, failure })),
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}

function inWords(name: string, kind: WitnessFailure | 'defect', message: string): string {
  if (kind === 'behind' || kind === 'inconsistent')
    return `ALARM: the witness ${name} has seen another ledger than this one. ${message} Either this database was put back in time or rewritten, or another server writes under the same name. Run: npx chartwarden verify`
  return `The witness ${name} does not cosign (${kind}). ${message} It is asked again.`
}
