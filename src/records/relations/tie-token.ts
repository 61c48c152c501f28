import type { Tokens } from '../tokens.ts'

/** Stands for the members of a group that lists nobody. */
export const ANYBODY = 'anybody'
/** Stands for some organisation: of whom it is known where they work. */
export const SOMEWHERE = 'somewhere'
const FIXED: Readonly<Record<string, Buffer>> = {
  [ANYBODY]: Buffer.alloc(16),
  [SOMEWHERE]: Buffer.from(`${'00'.repeat(15)}01`, 'hex'),
}

/** The token of who or what a relation or a membership names: `Practitioner/x`, `on-call specialty/system|code`. */
export function tieToken(tokens: Tokens, name: string): Buffer {
  const fixed = FIXED[name]
  if (fixed !== undefined) return fixed
  const slash = name.indexOf('/')
  return tokens.id(name.slice(0, slash), name.slice(slash + 1))
}
