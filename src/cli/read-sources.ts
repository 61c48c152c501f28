import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { Refusal } from '../kernel/refusal.ts'

/** One file to import. Sources of the same folder may go side by side; folders follow one another by name. */
export type Source = { readonly name: string; readonly folder: string; readonly read: () => Promise<string> }

const TAKEN = /\.(json|ndjson|jsonl)(\.gz)?$/i

/** The files under a path in order of their names, or standard input for `-`. */
export function sourcesOf(path: string): Source[] {
  if (path === '-') return [{ name: '-', folder: '-', read: async () => decoded(await buffer(process.stdin)) }]
  let found: ReturnType<typeof statSync>
  try {
    found = statSync(path)
  } catch (cause) {
    throw new Refusal('request.invalid', `There is no file or folder ${path}.`, { cause })
  }
  if (found?.isDirectory()) {
    const names = readdirSync(path).sort()
    const files = names.filter((name) => TAKEN.test(name) && statSync(join(path, name)).isFile())
    const folders = names.filter((name) => !name.startsWith('.') && statSync(join(path, name)).isDirectory())
    return [
      ...files.flatMap((name) => sourcesOf(join(path, name))),
      ...folders.flatMap((name) => sourcesOf(join(path, name))),
    ]
  }
  return [{ name: path, folder: dirname(path), read: () => Promise.resolve(decoded(readFileSync(path))) }]
}

/** UTF-8 text, unpacked when it is gzip. Throws a Refusal for bytes that are neither. */
function decoded(bytes: Buffer): string {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch (cause) {
    throw new Refusal('request.malformed', 'The file is not UTF-8 text.', { cause })
  }
}
