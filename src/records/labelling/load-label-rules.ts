import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../../kernel/refusal.ts'
import { compileLabelRules, type LabelRules } from './label-rules.ts'

const OWN = fileURLToPath(new URL('../../../policies/labels/', import.meta.url))

/**
 * Reads and compiles our rules, and those in a folder of the hospital's; there, a file of the same name takes the place
 * of ours. Throws `start.unsafe` naming what is wrong.
 */
export function loadLabelRules(folder?: string): LabelRules {
  return compileLabelRules({ ...textsIn(OWN), ...(folder !== undefined && textsIn(folder)) })
}

function textsIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) throw new Refusal('start.unsafe', `There is no folder ${folder} with label rules.`)
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
