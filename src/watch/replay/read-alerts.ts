import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../../kernel/refusal.ts'
import type { CaseAlert } from '../cases/case.ts'
import { readLines } from './read-lines.ts'
import type { AlertLine } from './replay.ts'

/** The alerts a replay wrote. Throws Refusal record.not-found when there is no alerts.ndjson. */
export async function readAlerts(folder: string): Promise<CaseAlert[]> {
  const path = join(folder, 'alerts.ndjson')
  if (!existsSync(path)) throw new Refusal('record.not-found', `There is no ${path}; watch replay writes it.`)
  const found: CaseAlert[] = []
  for await (const lines of readLines(path))
    for (const line of lines) {
      if (line === '') continue
      const alert = JSON.parse(line) as AlertLine
      found.push({ ...alert, at: Date.parse(alert.at) })
    }
  return found
}
