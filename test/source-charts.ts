/** For tests only: the synthetic charts beside the project, read with the lexemes of their numbers. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Json } from './asking.ts'
import { SHARED_DATA } from './vectors/shared-data.ts'

export const SYNTHEA = join(SHARED_DATA, 'synthea')
/** All resources of all files. */
export const SYNTHEA_RESOURCES = 15_399

export type SourceFile = { readonly name: string; readonly text: string; readonly entries: readonly Json[] }

/** Every file in the order an import takes them. */
export function* sourceFiles(): Generator<SourceFile> {
  for (const folder of ['00-load-first', 'bundles'])
    for (const name of readdirSync(join(SYNTHEA, folder)).sort()) {
      const text = gunzipSync(readFileSync(join(SYNTHEA, folder, name))).toString()
      yield { name, text, entries: withLexemes(text).entry }
    }
}

/** JSON in which every number is an object that says how it was written. */
export const withLexemes = (text: string): Json =>
  JSON.parse(text, (_key, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? { number: context?.source } : value,
  )

/** With sorted members, so that equal values are equal texts. */
export const canonical = (value: Json): string =>
  JSON.stringify(value, (_key, one: Json) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )

/** Without what the server sets. */
export function withoutServerParts({ id: _id, meta, ...rest }: Json): Json {
  const { versionId: _version, lastUpdated: _updated, ...kept } = meta ?? {}
  return Object.keys(kept).length === 0 ? rest : { ...rest, meta: kept }
}
