/** For tests only: real inputs that lie beside the project, not in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const shared = new URL('../../../../shared/data/', import.meta.url)

/** Options for a test that needs the inputs: skipped when they are missing, but never in CI. */
export const needsInputs: { skip: string | false } = {
  skip: existsSync(shared) || process.env.CI !== undefined ? false : 'the outside inputs (../shared/data) are missing',
}

/** The files of a folder of inputs, by name, as text; `.gz` is unpacked. */
export function* inputFiles(folder: string, ending = '.json'): Generator<{ name: string; text: string }> {
  const base = new URL(`${folder}/`, shared)
  for (const name of readdirSync(base).sort()) {
    if (!name.endsWith(ending) && !name.endsWith(`${ending}.gz`)) continue
    const bytes = readFileSync(new URL(encodeURIComponent(name), base))
    yield { name, text: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8') }
  }
}

export function inputBytes(folder: string): { name: string; bytes: Buffer }[] {
  const base = new URL(`${folder}/`, shared)
  return readdirSync(base)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(new URL(encodeURIComponent(name), base)) }))
}
