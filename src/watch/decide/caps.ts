import given from '../../../policies/watch/caps.json' with { type: 'json' }

export type Bounds = { readonly least: number; readonly most: number; readonly atAll: number }
export const CAPS = given

/** The bound for a role whose highest usual value is `usual`; `undefined` when too little is known of it. */
export function boundFor({ least, most, atAll }: Bounds, usual: number | undefined): number {
  if (usual === undefined) return most
  const room = Math.ceil(usual * 1.34)
  return room <= most ? Math.max(least, room) : Math.min(atAll, room)
}

const MACHINE = new RegExp(`(^|[^a-z])(${given.machines.join('|')})s?($|[^a-z])`, 'i')

/** Whether the hospital's words for somebody name a program or a device. */
export const namesMachine = (words: string): boolean => MACHINE.test(words)
