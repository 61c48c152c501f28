import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from './program.ts'

export type Patch = { readonly file: string; readonly from: string; readonly to: string }

/** Throws unless the text to be replaced is in the program exactly once. */
export function refuseStale({ file, from }: Patch): void {
  const found = readFileSync(join(PROJECT, file), 'utf8').split(from).length - 1
  if (found !== 1) throw new Error(`${file} has ${found} places to patch, not one: ${from}`)
}

/**
 * Copies the program into a new folder and breaks the copy. Throws when a text to be replaced is not there exactly
 * once, so that a proof does not go on proving what the program no longer is.
 */
export function patchedCopy(folder: string, patches: readonly Patch[]): string {
  mkdirSync(folder, { recursive: true })
  for (const name of ['src', 'policies', 'package.json'])
    cpSync(join(PROJECT, name), join(folder, name), { recursive: true })
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, from, to } of patches) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    refuseStale({ file, from, to })
    writeFileSync(
      path,
      text.replace(from, () => to),
    )
  }
  return folder
}
