import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
export const SHARED_DATA = folder

/**
 * For `test(name, { skip: withoutSharedData }, …)`: false when the inputs from outside are there, or in CI, where a
 * test that misses them has to fail; otherwise why the test is skipped.
 */
export const withoutSharedData: string | false =
  existsSync(folder) || process.env.CI !== undefined ? false : 'the inputs from outside (../shared/data) are missing'

/** One group of tests of a Wycheproof file, which has members of its own kind beside these. */
export type Group = Record<string, string | number> & { readonly tests: Vector[] }
export type Vector = Record<string, string> & { readonly flags: string[] }

/** Reads a Wycheproof file of the shared inputs, by its name without `_test.json`. */
export function readWycheproof(name: string): Group[] {
  const text = readFileSync(join(folder, 'security/wycheproof', `${name}_test.json`), 'utf8')
  return (JSON.parse(text) as { testGroups: Group[] }).testGroups
}

/** The paths of all JSON files in a folder of the shared inputs and below it. */
export function jsonFilesIn(path: string): string[] {
  return readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, path, name))
}
