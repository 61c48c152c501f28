import type { Actor } from '../../kernel/actor.ts'
import type { Happening } from '../../ledger/happening.ts'
import type { Access, Action } from '../access.ts'

/** What a FHIR interaction, or one of the ledger's own words, is to the watch. What is not here concerns no record. */
const ACTIONS: Readonly<Record<string, Action>> = {
  read: 'read',
  vread: 'read',
  'history-instance': 'read',
  'history-type': 'read',
  'search-type': 'search',
  create: 'create',
  update: 'update',
  patch: 'update',
  delete: 'delete',
  export: 'export',
  'break-glass': 'break-glass',
  'sign-in': 'login',
}
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

/** One entry of the ledger as an access; undefined when nothing of a record leaves or changes by it. */
export function accessOf(happening: Happening, at: number): Access | undefined {
  const { actor, interaction, patient, what, opens, outcome } = happening
  const inGroup = interaction === 'transaction' || interaction === 'batch'
  const action = inGroup ? WRITES[happening.action] : ACTIONS[interaction]
  if (action === undefined || happening.kind !== 'release' || outcome !== '0') return undefined
  const rows = 'rows' in opens ? opens.rows.size : 1
  const reported = what?.[0]?.split('/')[0]
  return {
    at,
    actor: watchedName(actor),
    session: actor.session ?? '',
    network: actor.address ?? '',
    device: actor.act === undefined ? '' : watchedName(actor.act),
    action,
    resourceType: reported ?? happening.query?.split('?')[0] ?? '',
    patient: patient?.replace('Patient/', '') ?? '',
    count: Math.max(1, rows, what?.length ?? 0),
    purpose: happening.purpose,
    failed: false,
  }
}
