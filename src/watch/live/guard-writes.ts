import type { Actor } from '../../kernel/actor.ts'
import { TENANT_OWNER } from '../../kernel/ids.ts'
import type { Guard } from './guarded-append.ts'

type Written = { readonly act: 'create' | 'update' | 'delete'; readonly type: string; readonly id: string } & {
  readonly content?: { readonly patients: readonly string[] }
}
const LETTER = { create: 'C', update: 'U', delete: 'D' } as const

/** Shows the watch what a group of writes would change, before anything is written. A record to delete stands for its patient. */
export const createGuardWrites =
  (guard: Guard) =>
  (
    { circumstance }: { readonly circumstance: { readonly actor: Actor; readonly requestId: string } },
    written: readonly Written[],
  ) =>
    guard(
      written.map(({ act, type, id, content }) => {
        const patient = content === undefined ? `${type}/${id}` : content.patients[0]
        return {
          kind: 'release',
          interaction: act,
          action: LETTER[act],
          outcome: '0',
          actor: circumstance.actor,
          purpose: circumstance.actor.purpose,
          owner: TENANT_OWNER,
          ...(patient !== undefined && { patient: `Patient/${patient}` }),
          what: [`${type}/${id}`],
          requestId: circumstance.requestId,
          opens: { rows: new Set() },
        }
      }),
    )
