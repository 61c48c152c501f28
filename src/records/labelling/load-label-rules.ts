import { readdirSync, readFileSync } from 'node:fs'
import { compileLabelRules, type LabelRules } from './label-rules.ts'

const own = new URL('../../../policies/labels/', import.meta.url)

/** Reads and compiles the rules of a folder. Throws `start.unsafe` naming what is wrong. */
export function loadLabelRules(folder: URL = own): LabelRules {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return compileLabelRules(Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')])))
}
