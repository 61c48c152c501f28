import type { Tokens } from '../tokens.ts'

/** The token of who or what a relation or a membership names: `Practitioner/x`, `on-call specialty/system|code`. */
export function tieToken(tokens: Tokens, name: string): Buffer {
  const slash = name.indexOf('/')
  return tokens.id(name.slice(0, slash), name.slice(slash + 1))
}
