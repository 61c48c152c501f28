import given from '../../../policies/watch/caps.json' with { type: 'json' }

export type Bounds = { readonly least: number; readonly most: number; readonly atAll: number }
export const CAPS = given

/** The bound for a role whose highest usual value is `usual`; `unknown` says which holds when too little is known of it. */
export function boundFor(bounds: Bounds, usual: number | undefined, unknown: 'most' | 'atAll' = 'most'): number {
  const { least, most, atAll } = bounds
  if (usual === undefined) return bounds[unknown]
  const room = Math.ceil(usual * 1.34)
  return room <= most ? Math.max(least, room) : Math.min(atAll, room)
}

const anyOf = (words: readonly string[]) => new RegExp(`(^|[^a-z])(${words.join('|')})s?($|[^a-z])`, 'i')
const MACHINE = anyOf(given.machines)
/** A system administrator is no system. */
const PERSON = anyOf(given.people)

/** Whether the hospital's words for somebody, the role or the name itself, are those of a program or a device. */
export const namesMachine = (role: string, actor: string): boolean =>
  (MACHINE.test(role) && !PERSON.test(role)) || MACHINE.test(actor)
