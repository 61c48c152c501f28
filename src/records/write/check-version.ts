import { Refusal } from '../../kernel/refusal.ts'
import { NOTHING_THERE, type Operation } from './operation.ts'
import type { KnownHead } from './plan.ts'

/** Throws `record.version-conflict` when the record is no longer at the version the operation builds on, if it says one. */
export function checkVersion(operation: Operation, head: KnownHead): void {
  if (operation.act === 'create' || operation.ifMatch === undefined) return
  const { type, id, ifMatch } = operation
  if (ifMatch === (head.deleted && ifMatch === NOTHING_THERE ? NOTHING_THERE : head.version)) return
  throw new Refusal(
    'record.version-conflict',
    ifMatch === NOTHING_THERE
      ? `${type}/${id} is there already, at version ${head.version}.`
      : `${type}/${id} is at version ${head.version} now, not ${ifMatch}. Read it again and repeat the change.`,
  )
}
