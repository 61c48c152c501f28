import { parseBase64, parseCheckpoint, parseDecimal } from './checkpoint.ts'
import { leafHash, verifyInclusion } from './merkle.ts'
import { type NoteVerifier, openNote } from './signed-note.ts'

const FIRST_LINE = 'c2sp.org/tlog-proof@v1'

/** That an entry is in a log, checkable offline. Source: https://c2sp.org/tlog-proof at commit 0065ea5. */
export type TlogProof = {
  readonly index: bigint
  /** The inclusion proof, the leaf's sibling first. */
  readonly hashes: readonly Buffer[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
  /** For the application; nothing authenticates it. */
  readonly extra?: Buffer
}

/** Writes the text of a `.tlog-proof` file. */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const extras = extra === undefined ? [] : [`extra ${extra.toString('base64')}`]
  const lines = [FIRST_LINE, ...extras, `index ${index}`, ...hashes.map((hash) => hash.toString('base64'))]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** Reads a `.tlog-proof` file, believing nothing. Throws Error when it is none. */
export function parseTlogProof(text: string): TlogProof {
  const at = text.indexOf('\n\n')
  const [first, ...lines] = text.slice(0, at).split('\n')
  if (at < 0 || first !== FIRST_LINE) throw new Error('not a tlog-proof')
  const extraLine = lines[0]?.startsWith('extra ') ? lines.shift() : undefined
  const extra = extraLine === undefined ? undefined : parseBase64(extraLine.slice('extra '.length))
  const index = /^index (.*)$/.exec(lines.shift() ?? '')?.[1]
  const value = index === undefined ? undefined : parseDecimal(index)
  const hashes = lines.map((line) => parseBase64(line) ?? Buffer.alloc(0))
  const whole = value !== undefined && hashes.length < 64 && hashes.every((hash) => hash.length === 32)
  if (!whole || (extraLine !== undefined && extra === undefined)) throw new Error('not a tlog-proof')
  return { index: value, hashes, checkpoint: text.slice(at + 2), ...(extra === undefined ? {} : { extra }) }
}

export type VerifiedTlogProof = {
  readonly index: bigint
  readonly origin: string
  readonly size: bigint
  readonly root: Buffer
  /** The names of the known keys, other than the log's own, that signed the checkpoint. */
  readonly witnessedBy: string[]
  /** NOT verified: nothing signs it. */
  readonly extra?: Buffer
}

/**
 * Verifies that `leafEntry` (the entry itself, not its hash) is in a log whose own key, and perhaps witnesses'
 * keys, are among `verifiers`. Throws Error when anything does not hold, also when only witnesses signed: a
 * log's key bears the name of its origin.
 */
export function verifyTlogProof(
  proofText: string,
  leafEntry: Buffer,
  verifiers: readonly NoteVerifier[],
): VerifiedTlogProof {
  const { index, hashes, checkpoint, extra } = parseTlogProof(proofText)
  const { text, verified } = openNote(checkpoint, verifiers)
  const { origin, size, root } = parseCheckpoint(text)
  if (!verified.includes(origin)) throw new Error('the log itself did not sign this checkpoint')
  if (!verifyInclusion(index, size, [...hashes], leafHash(leafEntry), root)) {
    throw new Error('this entry is not in the log at that index')
  }
  const witnessedBy = verified.filter((name) => name !== origin)
  return { index, origin, size, root, witnessedBy, ...(extra === undefined ? {} : { extra }) }
}
