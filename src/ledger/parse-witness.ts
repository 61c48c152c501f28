import { Refusal } from '../kernel/refusal.ts'
import { verifierOf } from './cosignature.ts'
import { ED25519, type NoteVerifier, parseVkey } from './signed-note.ts'

/** A witness as the settings name it. */
export type KnownWitness = {
  readonly name: string
  /** The submission prefix, which is the monitoring prefix too, without a slash at its end. */
  readonly url: string
  readonly verifier: NoteVerifier
}

/**
 * Reads `vkey=url`; the vkey may hold `=` itself. Throws `start.unsafe` for one that is malformed, and for the key of
 * a log instead of a witness's.
 */
export function parseWitness(text: string): KnownWitness {
  const bad = (why: string) =>
    new Refusal(
      'start.unsafe',
      `CHARTWARDEN_WITNESSES has ${JSON.stringify(text.slice(0, 60))}: ${why}. Give vkey=url, as npx chartwarden witness prints it.`,
    )
  const [, vkey = '', address = ''] = /^(.+)=(https?:\/\/.+)$/.exec(text.trim()) ?? []
  if (!URL.canParse(address)) throw bad('there is no address after the key')
  try {
    const { name, type } = parseVkey(vkey)
    if (type === ED25519) throw new Error('the key signs logs, and does not cosign')
    return { name, url: address.replace(/\/+$/, ''), verifier: verifierOf(vkey) }
  } catch (error) {
    throw bad((error as Error).message)
  }
}

/** All of them, each under a name of its own. */
export function parseWitnesses(texts: readonly string[]): KnownWitness[] {
  const all = texts.map(parseWitness)
  const twice = all.find(({ name }, n) => all.findIndex((one) => one.name === name) !== n)
  if (twice !== undefined)
    throw new Refusal('start.unsafe', `CHARTWARDEN_WITNESSES names ${twice.name} twice. Keep one of the two.`)
  return all
}
