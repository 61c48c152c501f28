import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../../kernel/refusal.ts'
import { type Fault, parsePlaybook } from './parse-playbook.ts'
import type { Playbook } from './playbook.ts'

/** The playbooks this program brings along. */
export const PLAYBOOKS = fileURLToPath(new URL('../../../policies/watch/playbooks', import.meta.url))

/** The playbooks of a folder, or those that come along. Throws `start.unsafe` when one of them is wrong. */
export function playbooksIn(folder = PLAYBOOKS): Playbook[] {
  const { playbooks, faults } = readPlaybooks(folder)
  const [fault] = faults
  if (fault === undefined) return playbooks
  throw new Refusal('start.unsafe', `The playbook ${fault.file} is not right: ${fault.place}: ${fault.says}`)
}

/** All playbooks of a folder, and everything that is wrong with them: one that is wrong is not used. */
export function readPlaybooks(folder: string): { playbooks: Playbook[]; faults: Fault[] } {
  const playbooks: Playbook[] = []
  const faults: Fault[] = []
  if (!existsSync(folder)) return { playbooks, faults: [{ file: folder, place: 'the folder', says: 'is not there' }] }
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.json')) continue
    let value: unknown
    try {
      value = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    } catch (error) {
      faults.push({ file, place: 'the file', says: `is no JSON: ${error instanceof Error ? error.message : ''}` })
      continue
    }
    const parsed = parsePlaybook(file, value)
    if (Array.isArray(parsed)) faults.push(...parsed)
    else if (playbooks.some((one) => one.id === parsed.id))
      faults.push({ file, place: 'id', says: `is that of ${playbooks.find((one) => one.id === parsed.id)?.file} too` })
    else playbooks.push(parsed)
  }
  return { playbooks, faults }
}
