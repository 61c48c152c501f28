import type { Action } from '../access.ts'
import type { ActorState } from '../state/actor-state.ts'

export type SavedSections = readonly (readonly [string, readonly (readonly [string, number])[]])[]

const KIND: Readonly<Record<Action, string>> = {
  read: 'r',
  search: 'r',
  print: 'r',
  'break-glass': 'r',
  export: 'x',
  create: 'w',
  update: 'w',
  delete: 'd',
  login: 'l',
  'login-failed': 'l',
}
/** So many accesses of the wider group weigh as much as the own ones. */
const BACK_OFF = 20
const MOST_SECTIONS = 256

/** How surprising it is, in nats, that somebody works with this part of a chart: own habit, backed by role, then everybody. */
export function createSections(saved: SavedSections = []) {
  const roles = new Map<string, Map<string, number>>(saved.map(([role, counts]) => [role, new Map(counts)]))
  const totals = new Map<string, number>()
  for (const [role, counts] of roles)
    totals.set(
      role,
      [...counts.values()].reduce((sum, one) => sum + one, 0),
    )
  const of = (role: string) => {
    const known = roles.get(role)
    if (known !== undefined) return known
    const fresh = new Map<string, number>()
    roles.set(role, fresh)
    return fresh
  }
  const everybody = of('')
  const add = (counts: Map<string, number>, key: string) => {
    if (counts.size < MOST_SECTIONS || counts.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return {
    /** The surprise of this access, before it is noted. */
    look(state: ActorState, role: string, action: Action, resourceType: string): number {
      const key = `${KIND[action]}${resourceType}`
      const all = totals.get('') ?? 0
      const general = ((everybody.get(key) ?? 0) + 0.5) / (all + 32)
      const group = of(role)
      const ofRole = ((group.get(key) ?? 0) + BACK_OFF * general) / ((totals.get(role) ?? 0) + BACK_OFF)
      const own = ((state.sections.get(key) ?? 0) + BACK_OFF * ofRole) / (state.accesses + BACK_OFF)
      add(everybody, key)
      totals.set('', all + 1)
      add(group, key)
      totals.set(role, (totals.get(role) ?? 0) + 1)
      add(state.sections, key)
      return -Math.log(own)
    },
    save: (): SavedSections => [...roles].map(([role, counts]) => [role, [...counts]] as const),
  }
}
