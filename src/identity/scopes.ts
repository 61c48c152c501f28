import type { Scope } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'

const V1: Record<string, string> = { read: 'rs', write: 'cud', '*': 'cruds' }

/**
 * SMART App Launch 2.2 scopes: `patient|user|system / Type|* . cruds` (v1 words are read as their letters).
 * Granular constraints (`?category=…`) come with the identity of people; until then they are refused, not
 * ignored. Throws `request.invalid`.
 */
export function parseScopes(text: string): Scope[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const found = /^(patient|user|system)\/([A-Z][A-Za-z]*|\*)\.(read|write|\*|c?r?u?d?s?)$/.exec(word)
      const [, context, type, may] = found ?? []
      if (context === undefined || type === undefined || may === undefined || may === '') {
        throw new Refusal(
          'request.invalid',
          `The scope ${JSON.stringify(word)} is not one this server grants. Example: system/Patient.rs`,
        )
      }
      return { context: context as Scope['context'], type, may: V1[may] ?? may }
    })
}

export const scopeText = (scopes: readonly Scope[]): string =>
  scopes.map(({ context, type, may }) => `${context}/${type}.${may}`).join(' ')

/** Of what is asked, what the client was given: each asked scope narrowed to the letters granted for its type. */
export function narrowScopes(asked: readonly Scope[], granted: readonly Scope[]): Scope[] {
  return asked.flatMap((one) => {
    const may = [...one.may].filter((letter) =>
      granted.some(
        (grant) =>
          grant.context === one.context &&
          (grant.type === '*' || grant.type === one.type) &&
          grant.may.includes(letter),
      ),
    )
    return may.length === 0 ? [] : [{ ...one, may: may.join('') }]
  })
}
