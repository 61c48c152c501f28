import type { Actor } from '../../kernel/actor.ts'
import type { Happening } from '../../ledger/happening.ts'
import { ACTION_OF_INTERACTION, type Access, type Action } from '../access.ts'

const ACTIONS: Readonly<Record<string, Action>> = { ...ACTION_OF_INTERACTION, 'sign-in': 'login' }
const WRITES: Readonly<Record<Happening['action'], Action | undefined>> = {
  C: 'create',
  U: 'update',
  D: 'delete',
  R: 'read',
  E: undefined,
}

/** Who acts, in the words of the watch: unique over the kinds of actors. */
export const watchedName = ({ kind, id }: Pick<Actor, 'kind' | 'id'>): string =>
  kind === 'person' ? id : `${kind}/${id}`

export const isProgram = (watched: string): boolean => watched.includes('/')

/** The resource type an entry is about: of its first record, or of its query. */
export const typeOf = ({ what, query }: Happening): string => (what?.[0] ?? query ?? '').split(/[?/]/)[0] as string

/** One entry of the ledger as an access; undefined when nothing of a record leaves or changes by it. */
export function accessOf(happening: Happening, at: number): Access | undefined {
  const { actor, interaction, patient, what, opens, outcome } = happening
  const inGroup = interaction === 'transaction' || interaction === 'batch'
  const action = inGroup ? WRITES[happening.action] : ACTIONS[interaction]
  if (action === undefined || happening.kind !== 'release' || outcome !== '0') return undefined
  const rows = 'rows' in opens ? opens.rows.size : 1
  return {
    at,
    actor: watchedName(actor),
    session: actor.session ?? '',
    network: actor.address ?? '',
    device: actor.act === undefined ? '' : watchedName(actor.act),
    action,
    resourceType: typeOf(happening),
    patient: patient?.replace('Patient/', '') ?? '',
    count: Math.max(1, rows, what?.length ?? 0),
    purpose: happening.purpose,
    failed: false,
  }
}
