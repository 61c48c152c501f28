import type { Scope } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { CATEGORISED_TYPES } from '../policy/categorised-types.ts'

const V1: Record<string, string> = { read: 'rs', write: 'cud', '*': 'cruds' }
const WORD = /^(patient|user|system)\/([A-Z][A-Za-z]*|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?(.*))?$/
/** A category as `system|code`, several separated by commas (any of them). */
const CATEGORY = /^category=([^\s|,&]+:[^\s|,&]+\|[^\s|,&]+(?:,[^\s|,&]+:[^\s|,&]+\|[^\s|,&]+)*)$/

/**
 * One SMART App Launch 2.2 scope: `patient|user|system / Type|* . cruds`, v1 words read as their letters, and the
 * granular `?category=system|code` for a type that has categories; undefined for what is no scope on records.
 * Throws `oauth.invalid-scope` for a constraint that is not enforced here: none is ever ignored.
 */
export function parseScope(word: string): Scope | undefined {
  const [, context, type, may, constraint] = WORD.exec(word) ?? []
  if (context === undefined || type === undefined || may === undefined || may === '') return undefined
  const scope = { context: context as Scope['context'], type, may: V1[may] ?? may }
  if (constraint === undefined) return scope
  const anyOf = CATEGORY.exec(constraint)?.[1]?.split(',')
  if (anyOf === undefined || !CATEGORISED_TYPES.has(type))
    throw new Refusal(
      'oauth.invalid-scope',
      `${JSON.stringify(word.slice(0, 200))} has a constraint this server does not enforce. It takes ?category=system|code, for types that have a category.`,
    )
  return { ...scope, where: [{ param: 'category', anyOf }] }
}

/** Scopes on records only. Throws `request.invalid` for any other word. */
export function parseScopes(text: string): Scope[] {
  return wordsOf(text).map((word) => {
    const scope = parseScope(word)
    if (scope !== undefined) return scope
    throw new Refusal(
      'request.invalid',
      `The scope ${JSON.stringify(word)} is not one this server grants. Example: system/Patient.rs`,
    )
  })
}

export const wordsOf = (text: string): string[] => [...new Set(text.split(/\s+/).filter((word) => word !== ''))]

const constraintText = ({ where }: Scope): string =>
  where === undefined ? '' : `?${where.map(({ param, anyOf }) => `${param}=${anyOf.join(',')}`).join('&')}`

export const scopeText = (scopes: readonly Scope[]): string =>
  scopes.map((scope) => `${scope.context}/${scope.type}.${scope.may}${constraintText(scope)}`).join(' ')

/** Of what is asked, what was granted: each asked scope narrowed to the types, letters and categories granted for it. */
export const narrowScopes = (asked: readonly Scope[], granted: readonly Scope[]): Scope[] =>
  asked.flatMap((one) => narrowed(one, granted))

function narrowed(asked: Scope, granted: readonly Scope[]): Scope[] {
  const found = new Map<string, Scope>()
  for (const grant of granted) {
    if (grant.context !== asked.context) continue
    if (grant.type !== '*' && asked.type !== '*' && grant.type !== asked.type) continue
    const where = both(asked.where, grant.where)
    if (where === 'neither') continue
    const type = asked.type === '*' ? grant.type : asked.type
    const scope: Scope = { context: asked.context, type, may: '', ...(where && { where }) }
    const key = `${type}${constraintText(scope)}`
    const before = found.get(key)?.may ?? ''
    const may = [...asked.may].filter((letter) => grant.may.includes(letter) || before.includes(letter)).join('')
    if (may !== '') found.set(key, { ...scope, may })
  }
  // What is granted without a constraint needs none beside it.
  return [...found.values()].filter(
    (one) =>
      one.where === undefined ||
      ![...found.values()].some(
        (other) =>
          other.where === undefined &&
          (other.type === '*' || other.type === one.type) &&
          [...one.may].every((letter) => other.may.includes(letter)),
      ),
  )
}

function both(asked: Scope['where'], granted: Scope['where']): Scope['where'] | 'neither' {
  if (asked === undefined || granted === undefined) return asked ?? granted
  const [one, other] = [asked[0]?.anyOf ?? [], granted[0]?.anyOf ?? []]
  const anyOf = one.filter((category) => other.includes(category))
  return anyOf.length === 0 ? 'neither' : [{ param: 'category', anyOf }]
}
