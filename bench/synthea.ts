import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

export type Resource = {
  readonly resourceType: string
  readonly name?: readonly { family?: string; given?: string[] }[]
  readonly subject?: { reference?: string }
  readonly code?: { coding?: { system?: string; code?: string }[] }
}
export type Bundle = {
  readonly text: string
  readonly first: boolean
  readonly entries: readonly { readonly fullUrl: string; readonly resource: Resource }[]
}

export const FOLDER = fileURLToPath(new URL('../../shared/data/synthea/', import.meta.url))

/** The synthetic patients' bundles, those to load first in front; none when the folder is missing. */
export function readSynthea(): Bundle[] {
  const files = ['00-load-first/*.json.gz', 'bundles/*.json.gz'].flatMap((one) => globSync(one, { cwd: FOLDER }).sort())
  return files.map((file) => {
    const text = gunzipSync(readFileSync(join(FOLDER, file))).toString()
    return { text, first: file.startsWith('00-'), entries: (JSON.parse(text) as { entry: Bundle['entries'] }).entry }
  })
}
