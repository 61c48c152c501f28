import type { Actor, Scope } from '../kernel/actor.ts'

export const ACTS = ['read', 'create', 'create-with-id', 'update', 'delete'] as const
export type Act = (typeof ACTS)[number]
export type Relation = 'self' | 'in-care' | 'none'

/** All that a decision may depend on: classes, never identities, so that equal facts decide alike. */
export type Facts = {
  readonly kind: Actor['kind']
  readonly role: string
  readonly act: Act
  readonly type: string
  readonly ofPatient: boolean
  readonly scopeCovers: boolean
  readonly relation: Relation
  readonly purpose: string
}

/** SMART App Launch 2.2, scopes: `u` covers an update that creates; so `c` alone cannot try out which ids are taken. */
const LETTERS: Record<Act, string> = { read: 'r', create: 'c', 'create-with-id': 'u', update: 'u', delete: 'd' }

/** Whether the SMART scopes (v2 letters; v1 words are parsed to them) cover the act on the type. */
export function scopesCover(scopes: readonly Scope[], act: Act | 'search', type: string): boolean {
  const letter = act === 'search' ? 's' : LETTERS[act]
  return scopes.some((scope) => (scope.type === '*' || scope.type === type) && scope.may.includes(letter))
}
