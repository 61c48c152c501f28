import { hash, type KeyObject } from 'node:crypto'
import { parseBase64, parseCheckpoint, parseDecimal, type TreeHead } from './checkpoint.ts'
import { createCosigner, verifierOf } from './cosignature.ts'
import { EMPTY_ROOT, verifyConsistency } from './merkle.ts'
import { type NoteVerifier, openNote, signatureLine, splitNote } from './signed-note.ts'

/**
 * What a witness remembers: for each log the newest checkpoint that it cosigned, as a whole note.
 * `compareAndSet` replaces it only if the size of the one it holds is `oldSize` (0 when it holds none), says
 * whether it did, and MUST be durable when it answers true.
 */
export type WitnessState = {
  read(origin: string): Promise<string | undefined>
  compareAndSet(origin: string, oldSize: bigint, checkpoint: string): Promise<boolean>
}

export type WitnessAnswer = { readonly status: number; readonly body: string; readonly type?: string }

export type Witness = {
  readonly vkey: string
  /** Answers `POST <submission prefix>/add-checkpoint`. */
  addCheckpoint(body: string): Promise<WitnessAnswer>
  /** Answers `GET <monitoring prefix>/<hex SHA-256 of the origin>/checkpoint`; undefined for 404. */
  latestCheckpoint(originHash: string): Promise<string | undefined>
}

type Submission = {
  readonly oldSize: bigint
  readonly proof: Buffer[]
  readonly note: string
  readonly text: string
  readonly head: TreeHead
}

const MOST_PROOF_LINES = 63

/** Reads `old <size>`, the consistency proof, an empty line and the checkpoint; undefined when it is not that. */
function parseSubmission(body: string): Submission | undefined {
  const at = body.indexOf('\n\n')
  const [first = '', ...lines] = body.slice(0, Math.max(at, 0)).split('\n')
  const oldSize = first.startsWith('old ') ? parseDecimal(first.slice('old '.length)) : undefined
  const proof = lines.map((line) => parseBase64(line) ?? Buffer.alloc(0))
  if (oldSize === undefined || proof.length > MOST_PROOF_LINES || proof.some(({ length }) => length !== 32)) return
  try {
    const note = body.slice(at + 2)
    const { text } = splitNote(note)
    return { oldSize, proof, note, text, head: parseCheckpoint(text) }
  } catch {
    return undefined
  }
}

const refusal = (status: number, why: string): WitnessAnswer => ({ status, body: `${why}\n`, type: 'text/plain' })
const conflict = (size: bigint): WitnessAnswer => ({ status: 409, body: `${size}\n`, type: 'text/x.tlog.size' })

/** Whether the submitted tree continues the one the witness knows, whose size is `oldSize`. */
function continues({ oldSize, proof, head }: Submission, knownRoot: Buffer): boolean {
  if (head.size === 0n && !head.root.equals(EMPTY_ROOT)) return false
  if (oldSize === 0n && head.size > 0n) return proof.length === 0
  return verifyConsistency(oldSize, head.size, proof, knownRoot, head.root)
}

/**
 * A witness: it cosigns a checkpoint of a log it knows only when that continues the last one it cosigned.
 * Source: https://c2sp.org/tlog-witness@v1.0.0; a root that differs at the same size is answered with 422.
 */
export function createWitness({
  name,
  key,
  logs,
  state,
  now = () => new Date(),
}: {
  name: string
  /** The private key, Ed25519 or ML-DSA-44. */
  key: KeyObject
  logs: readonly { readonly origin: string; readonly vkeys: readonly string[] }[]
  state: WitnessState
  now?: () => Date
}): Witness {
  const cosigner = createCosigner(name, key)
  const known = new Map<string, NoteVerifier[]>(logs.map(({ origin, vkeys }) => [origin, vkeys.map(verifierOf)]))
  const hashed = new Map(logs.map(({ origin }) => [hash('sha256', origin), origin]))

  async function knownHead(origin: string): Promise<{ size: bigint; root: Buffer }> {
    const note = await state.read(origin)
    return note === undefined ? { size: 0n, root: EMPTY_ROOT } : parseCheckpoint(splitNote(note).text)
  }

  function signedByLog({ note, head }: Submission): boolean {
    try {
      return openNote(note, known.get(head.origin) ?? []).verified.length > 0
    } catch {
      return false
    }
  }

  return {
    vkey: cosigner.vkey,
    async addCheckpoint(body) {
      const submission = parseSubmission(body)
      if (submission === undefined) return refusal(400, 'not a submission of a checkpoint')
      const { oldSize, head, text, note } = submission
      if (!known.has(head.origin)) return refusal(404, 'this log is not known here')
      if (!signedByLog(submission)) return refusal(403, 'no known key of this log signed, or a signature is bad')
      if (oldSize > head.size) return refusal(400, 'the old size is larger than the size')
      const latest = await knownHead(head.origin)
      if (latest.size !== oldSize) return conflict(latest.size)
      if (!continues(submission, latest.root)) return refusal(422, 'this is not a continuation of the known tree')
      const line = signatureLine(text, cosigner.at(now()))
      const kept = await state.compareAndSet(head.origin, oldSize, `${note}${line}`)
      if (!kept) return conflict((await knownHead(head.origin)).size)
      return { status: 200, body: line, type: 'text/plain' }
    },
    async latestCheckpoint(originHash) {
      const origin = hashed.get(originHash)
      return origin === undefined ? undefined : state.read(origin)
    },
  }
}
