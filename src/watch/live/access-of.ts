import type { Actor } from '../../kernel/actor.ts'
import { type Happening, recordsOf } from '../../ledger/happening.ts'
import { ACTION_OF_INTERACTION, type Access, type Action } from '../access.ts'

const ACTIONS: Readonly<Record<string, Action>> = ACTION_OF_INTERACTION
const WRITES: Readonly<Record<Happening['action'], Action | undefined>> = {
  C: 'create',
  U: 'update',
  D: 'delete',
  R: 'read',
  E: undefined,
}

/** An act, whoever's chart it concerns. */
export type Act = Omit<Happening, 'owner'>

/** Who acts, in the words of the watch: unique over the kinds of actors. */
export const watchedName = ({ kind, id }: Pick<Actor, 'kind' | 'id'>): string =>
  kind === 'person' ? id : `${kind}/${id}`

export const isProgram = (watched: string): boolean => watched.includes('/')

/** The resource type an entry is about: of its first record, or of its query. */
export const typeOf = ({ what, query }: Pick<Happening, 'what' | 'query'>): string =>
  (what?.[0] ?? query ?? '').split(/[?/]/)[0] as string

/** One act that the ledger is told of, as an access; undefined when nothing of a record leaves or changes by it. */
export function accessOf(happening: Act, at: number): Access | undefined {
  const { actor, interaction, patient, outcome } = happening
  if (interaction === 'sign-in') return signInOf(happening, at)
  const inGroup = interaction === 'transaction' || interaction === 'batch'
  const action = inGroup ? WRITES[happening.action] : ACTIONS[interaction]
  if (action === undefined || happening.kind !== 'release' || outcome !== '0') return undefined
  return {
    at,
    actor: watchedName(actor),
    session: actor.session ?? '',
    network: actor.address ?? '',
    device: actor.act === undefined ? '' : watchedName(actor.act),
    action,
    resourceType: typeOf(happening),
    patient: patient?.replace('Patient/', '') ?? '',
    count: recordsOf(happening),
    purpose: happening.purpose,
    failed: false,
  }
}

const ACCOUNT = 'account/'

const NOBODY = 'account/unknown'

/** A sign-in, or one that failed; whoever has no account is judged as long as those who have. */
function signInOf({ actor, what, outcome, purpose }: Act, at: number): Access {
  const failed = outcome !== '0'
  const whose = failed
    ? (what?.find((one) => one.startsWith(ACCOUNT))?.slice(ACCOUNT.length) ?? NOBODY)
    : watchedName(actor)
  return {
    at,
    actor: whose,
    session: actor.session ?? '',
    network: actor.address ?? '',
    device: '',
    action: failed ? 'login-failed' : 'login',
    resourceType: '',
    patient: '',
    count: 1,
    purpose,
    failed,
  }
}
