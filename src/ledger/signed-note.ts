import { hash, type KeyObject, sign, verify } from 'node:crypto'
import { parseBase64 } from './checkpoint.ts'
import { rawPublicKey } from './signing-keys.ts'

/** Signed notes. Source: https://c2sp.org/signed-note@v1.0.0. */

export type NoteSigner = { readonly name: string; readonly keyId: Buffer; sign(text: string): Buffer }
export type NoteVerifier = {
  readonly name: string
  readonly keyId: Buffer
  /** `signature` is what follows the key id in the signature line. */
  verify(text: string, signature: Buffer): boolean
}
export type NoteSignature = { readonly name: string; readonly keyId: Buffer; readonly signature: Buffer }
export type OpenedNote = {
  readonly text: string
  /** The names of the keys whose signatures verified, each once, in the order of the note. */
  readonly verified: string[]
  /** Those signatures themselves. */
  readonly signatures: NoteSignature[]
}

/** Signature types of the specification: what the key is, and what it signs. */
export const ED25519 = 0x01
export const ED25519_COSIGNATURE = 0x04
export const MLDSA44_COSIGNATURE = 0x06

const MOST_SIGNATURES = 64
const MOST_CHARACTERS = 1_000_000

const isKeyName = (name: string) => name !== '' && !/[\p{White_Space}+]/u.test(name)
/** No ASCII control character other than newline, and nothing that UTF-8 cannot carry. */
const isNoteText = (text: string) => !/[\x00-\x09\x0b-\x1f]/.test(text) && text.isWellFormed()

export function keyIdOf(name: string, type: number, publicKey: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), publicKey])
  return hash('sha256', bytes, 'buffer').subarray(0, 4)
}

/** A verifier key as one line: `name+key id+base64(type || public key)`. Throws Error for a name that is none. */
export function formatVkey(name: string, type: number, publicKey: Buffer): string {
  if (!isKeyName(name)) throw new Error('a key name has no spaces and no plus')
  const key = Buffer.concat([Buffer.from([type]), publicKey]).toString('base64')
  return `${name}+${keyIdOf(name, type, publicKey).toString('hex')}+${key}`
}

export type Vkey = { readonly name: string; readonly keyId: Buffer; readonly type: number; readonly publicKey: Buffer }

/** Reads a verifier key. Throws Error when it is malformed, or its key id is not that of its key. */
export function parseVkey(vkey: string): Vkey {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? []
  const bytes = parseBase64(encoded)
  const type = bytes?.[0]
  if (bytes === undefined || type === undefined || !isKeyName(name)) throw new Error('not a verifier key')
  const publicKey = bytes.subarray(1)
  const keyId = keyIdOf(name, type, publicKey)
  if (keyId.toString('hex') !== id) throw new Error('the key id of this verifier key is not that of its key')
  return { name, keyId, type, publicKey }
}

export function createEd25519Signer(name: string, key: KeyObject): NoteSigner & { readonly vkey: string } {
  const publicKey = rawPublicKey('ed25519', key)
  return {
    name,
    keyId: keyIdOf(name, ED25519, publicKey),
    vkey: formatVkey(name, ED25519, publicKey),
    sign: (text) => sign(null, Buffer.from(text), key),
  }
}

export function createEd25519Verifier(name: string, key: KeyObject): NoteVerifier {
  return {
    name,
    keyId: keyIdOf(name, ED25519, rawPublicKey('ed25519', key)),
    verify: (text, signature) => signature.length === 64 && verify(null, Buffer.from(text), key, signature),
  }
}

/** One signature line, with its newline. */
export function signatureLine(text: string, signer: NoteSigner): string {
  if (!isKeyName(signer.name)) throw new Error('a key name has no spaces and no plus')
  return `— ${signer.name} ${Buffer.concat([signer.keyId, signer.sign(text)]).toString('base64')}\n`
}

/** Signs a text, which MUST end in a newline. Throws Error for a text that a note cannot hold. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n') || !isNoteText(text)) throw new Error('not a text for a note')
  return `${text}\n${signers.map((signer) => signatureLine(text, signer)).join('')}`
}

/** Reads one signature line, without its newline. Throws Error when it is none. */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? []
  const bytes = parseBase64(encoded)
  if (bytes === undefined || bytes.length < 5 || !isKeyName(name)) throw new Error('not a signed note')
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** Takes a note apart at its last empty line, believing nothing. Throws Error when it is no note. */
export function splitNote(note: string): { text: string; signatures: NoteSignature[] } {
  const at = note.lastIndexOf('\n\n')
  if (note.length > MOST_CHARACTERS || at < 0 || !note.endsWith('\n') || !isNoteText(note)) {
    throw new Error('not a signed note')
  }
  const lines = note.slice(at + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) throw new Error('a note with too many signatures')
  return { text: note.slice(0, at + 1), signatures: lines.map(parseSignatureLine) }
}

/**
 * Opens a note. Signatures by keys that are not among `verifiers` are passed over. Throws Error when the note is
 * malformed, when a known key's signature is bad, or when no known key signed.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = splitNote(note)
  const verified: NoteSignature[] = []
  for (const one of signatures) {
    const known = verifiers.filter(({ name, keyId }) => name === one.name && keyId.equals(one.keyId))
    if (known.length > 1) throw new Error('two verifiers share a name and a key id')
    if (known.length === 0) continue
    if (known[0]?.verify(text, one.signature) !== true) throw new Error(`a signature of ${one.name} is bad`)
    verified.push(one)
  }
  if (verified.length === 0) throw new Error('no known key signed this note')
  return { text, verified: [...new Set(verified.map(({ name }) => name))], signatures: verified }
}
