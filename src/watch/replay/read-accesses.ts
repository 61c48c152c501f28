import { type Access, isAction } from '../access.ts'
import { readCsv, timeOf } from './read-csv.ts'

const COLUMNS = 'at,actor,session,network,device,action,resource_type,patient,count,purpose,outcome'.split(',')
const FAILED = /^(4|8|12|fail|failure|failed|error|denied|refused|no|false)/i

/** One row of an audit trail: an access, or undefined when the row cannot be read as one. */
export function accessOf(cells: readonly string[]): Access | undefined {
  const [at = '', actor = '', session = '', network = '', device = '', action = ''] = cells
  const [, , , , , , resourceType = '', patient = '', count = '', purpose = '', outcome = ''] = cells
  const time = timeOf(at)
  if (Number.isNaN(time) || actor === '' || !isAction(action)) return undefined
  const records = count === '' ? 1 : Number(count)
  return {
    at: time,
    actor,
    session,
    network,
    device,
    action,
    resourceType,
    patient,
    count: Number.isFinite(records) && records >= 0 ? records : 1,
    purpose,
    failed: FAILED.test(outcome),
  }
}

/** The rows of accesses.csv, in its order. */
export async function* readAccesses(path: string): AsyncGenerator<Access | undefined> {
  for await (const cells of readCsv(path, COLUMNS)) yield accessOf(cells)
}
