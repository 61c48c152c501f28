import { formatCheckpoint } from './checkpoint.ts'
import { type Cosigner, createCosigner } from './cosignature.ts'
import { createEd25519Signer, type NoteSigner, signNote } from './signed-note.ts'
import { privateKeyOf } from './signing-keys.ts'

export type LogSigner = {
  readonly ed25519: NoteSigner & { readonly vkey: string }
  readonly mldsa: Cosigner
  /** What anyone needs to verify the log: the Ed25519 key, then the ML-DSA-44 key. */
  readonly vkeys: string[]
  /** The signed note. MUST be called only for a head that continues every head signed before. */
  signCheckpoint(head: { size: number | bigint; root: Buffer }, at: Date): string
}

/**
 * The keys of a log, from their 32-byte seeds. Every checkpoint is signed with Ed25519 (note signature, 0x01) and
 * with ML-DSA-44 (cosignature format, 0x06). Source: https://c2sp.org/tlog-checkpoint@v1.0.0, "Signatures".
 */
export function createLogSigner({
  origin,
  ed25519Seed,
  mldsaSeed,
}: {
  origin: string
  ed25519Seed: Buffer
  mldsaSeed: Buffer
}): LogSigner {
  const ed25519 = createEd25519Signer(origin, privateKeyOf('ed25519', ed25519Seed))
  const mldsa = createCosigner(origin, privateKeyOf('ml-dsa-44', mldsaSeed))
  return {
    ed25519,
    mldsa,
    vkeys: [ed25519.vkey, mldsa.vkey],
    signCheckpoint: ({ size, root }, at) => signNote(formatCheckpoint({ origin, size, root }), [ed25519, mldsa.at(at)]),
  }
}
