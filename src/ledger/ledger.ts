import { sign } from 'node:crypto'
import type { Database } from '../database/sql.ts'
import type { Clock } from '../kernel/clock.ts'
import { checkAnchor, createAnchor } from './anchor.ts'
import { createAppend } from './append.ts'
import { keepSequencing } from './keep-sequencing.ts'
import { keepWitnessing } from './keep-witnessing.ts'
import { createLogSigner } from './log-signer.ts'
import { parseWitnesses } from './parse-witness.ts'
import type { ByRelation, SealEvent } from './prepare-entry.ts'
import { proofOf } from './proof-of.ts'
import { createSequence } from './sequence.ts'
import { createServeTiles } from './serve-tiles.ts'
import { privateKeyOf } from './signing-keys.ts'
import { createTileReader, readHead } from './tree-store.ts'
import { trustedNow } from './trusted-now.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealEvent: SealEvent
  readonly byRelation: ByRelation
  readonly node: string
  readonly origin: string
  readonly anchorPath: string
  readonly ed25519Seed: Buffer
  readonly mldsaSeed: Buffer
  /** Opens a ledger that may be damaged, to look at it: nothing is sequenced, the anchor is not held against it. */
  readonly inspecting?: boolean
  /** Each as `vkey=url`. */
  readonly witnesses: readonly string[]
  /** Told in an operator's words when a witness begins or ceases to fail. */
  readonly told: (line: string) => void
}

/**
 * Opens the ledger: append for everyone, the sequencer for whichever node holds it. Throws `start.unsafe`
 * when the database's head does not continue the anchor's checkpoint.
 */
export async function openLedger({
  database,
  clock,
  sealEvent,
  byRelation,
  node,
  origin,
  anchorPath,
  ed25519Seed,
  mldsaSeed,
  inspecting = false,
  witnesses,
  told,
}: Needs) {
  const known = parseWitnesses(witnesses)
  const anchor = createAnchor(anchorPath)
  const read = createTileReader(database)
  const note = anchor.read()
  if (!inspecting) await checkAnchor(note, await readHead(database), read)
  const privateKey = privateKeyOf('ed25519', ed25519Seed)
  const signer = createLogSigner({ origin, ed25519Seed, mldsaSeed })
  const { append, appendWith } = createAppend({
    database,
    clock,
    sealEvent,
    byRelation,
    node,
    sign: (message) => sign(null, message, privateKey),
  })
  const sequence = createSequence({
    database,
    anchor,
    signCheckpoint: (head) => signer.signCheckpoint(head, clock.now()),
  })
  const sequencing = inspecting ? undefined : keepSequencing(database, sequence)
  const holds = () => sequencing?.holds() === true
  const witnessing = keepWitnessing({ database, origin, read, witnesses: known, holds, told })

  return {
    append,
    appendWith,
    settle: () => sequencing?.settle() ?? Promise.resolve(),
    damage: () => sequencing?.damage(),
    witnesses: known,
    witnessing,
    async stop() {
      await witnessing.stop()
      await sequencing?.stop()
    },
    anchor,
    head: () => readHead(database),
    serve: createServeTiles(database),
    origin,
    vkeys: signer.vkeys,
    trustedNow: () => trustedNow(database, clock, known),
    proofOf: (receipt: string) => proofOf(database, read, receipt),
  }
}
