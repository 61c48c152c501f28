import { parseDecimal } from './checkpoint.ts'
import { type NoteVerifier, openNote, parseSignatureLine, splitNote } from './signed-note.ts'

/**
 * Why a witness gave no cosignature.
 * - `unreachable`: no answer, or one that is none of this protocol; ask again later.
 * - `refused`: it does not know this log or its key, or found the request malformed.
 * - `behind`: it has seen a larger tree of this log than ours. Ours was rolled back, or another writes it too.
 * - `inconsistent`: our tree does not continue the one it has seen. The log forked.
 * - `untrusted`: it answered, but none of the cosignatures is by a key we know, or one is bad.
 */
export type WitnessFailure = 'unreachable' | 'refused' | 'behind' | 'inconsistent' | 'untrusted'

export class NotWitnessed extends Error {
  readonly failure: WitnessFailure
  /** The status it answered with, when it answered. */
  readonly status: number | undefined

  constructor(failure: WitnessFailure, message: string, more: { status?: number; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'NotWitnessed'
    this.failure = failure
    this.status = more.status
  }
}

export type AskedWitness = {
  /** The submission prefix, without a slash at its end. */
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  /** The witness's keys. When given, only cosignatures by them are returned, and at least one. */
  readonly verifiers?: readonly NoteVerifier[]
  readonly timeoutMs?: number
}

export type WitnessedTree = {
  readonly origin: string
  readonly size: number
  /** The signed checkpoint. */
  readonly checkpoint: string
  /** The consistency proof from a smaller size to this one; empty from 0. */
  proveFrom(old: number): Promise<Buffer[]>
  /** The size this witness cosigned last, if we remember; it is asked otherwise. */
  readonly knownSize?: number
}

const LONGEST_ANSWER = 65_536

async function readText({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    parts.push(part)
    length += part.length
    if (length > LONGEST_ANSWER) throw new Error('the answer is too long')
  }
  return Buffer.concat(parts).toString()
}

async function post({ url, fetch, timeoutMs = 10_000 }: AskedWitness, body: string) {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body, signal, redirect: 'error' })
    return { status: answer.status, text: await readText(answer), type: answer.headers.get('content-type') ?? '' }
  } catch (cause) {
    throw new NotWitnessed('unreachable', `The witness at ${url} does not answer.`, { cause })
  }
}

/** The size in a 409, or undefined when the answer is not of this protocol. */
function sizeIn({ text, type }: { text: string; type: string }): number | undefined {
  const size = type.startsWith('text/x.tlog.size') ? parseDecimal(text.replace(/\n$/, '')) : undefined
  return size === undefined || size > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(size)
}

function failureOf(status: number): WitnessFailure {
  if (status === 422) return 'inconsistent'
  return status === 400 || status === 403 || status === 404 ? 'refused' : 'unreachable'
}

function cosignaturesIn(answer: string, { url, verifiers }: AskedWitness, checkpoint: string): string[] {
  try {
    const lines = answer.split('\n').slice(0, -1)
    const signatures = lines.map((line) => ({ line: `${line}\n`, ...parseSignatureLine(line) }))
    if (!answer.endsWith('\n') || lines.length === 0) throw new Error('no signature lines')
    if (verifiers === undefined) return signatures.map(({ line }) => line)
    const { text } = splitNote(checkpoint)
    const { signatures: good } = openNote(`${text}\n${answer}`, verifiers)
    return signatures
      .filter((one) => good.some(({ signature }) => signature.equals(one.signature)))
      .map(({ line }) => line)
  } catch (cause) {
    throw new NotWitnessed('untrusted', `The witness at ${url} sent no cosignature of ours.`, { status: 200, cause })
  }
}

/**
 * Asks a witness to cosign a checkpoint, and returns the signature lines it gives, each with its newline, to be
 * put after those of the checkpoint. When it answers that it last saw another size, it is asked once more with
 * a proof from there. Throws NotWitnessed. Source: https://c2sp.org/tlog-witness@v1.0.0, "add-checkpoint".
 */
export async function askWitness(witness: AskedWitness, tree: WitnessedTree): Promise<string[]> {
  const ask = async (old: number) => {
    const proof = old === 0 ? [] : await tree.proveFrom(old)
    const lines = [`old ${old}`, ...proof.map((one) => one.toString('base64'))]
    return post(witness, `${lines.join('\n')}\n\n${tree.checkpoint}`)
  }
  let answer = await ask(tree.knownSize ?? 0)
  const seen = answer.status === 409 ? sizeIn(answer) : undefined
  if (seen !== undefined && seen > tree.size) {
    const message = `The witness at ${witness.url} has seen ${seen} entries of ${tree.origin}, and there are ${tree.size} here.`
    throw new NotWitnessed('behind', message, { status: 409 })
  }
  if (seen !== undefined) answer = await ask(seen)
  const { status, text } = answer
  if (status !== 200) {
    const message = `The witness at ${witness.url} did not cosign ${tree.origin} at ${tree.size}: ${status}.`
    throw new NotWitnessed(failureOf(status), message, { status })
  }
  return cosignaturesIn(text, witness, tree.checkpoint)
}
