import typeWords from '../../../policies/words/types.json' with { type: 'json' }
import type { Scope } from '../../kernel/actor.ts'
import { parseScope } from '../scopes.ts'
import says from './scope-says.json' with { type: 'json' }

/** A scope as people read it. What is not essential can be left out. */
export type Said = { readonly scope: string; readonly says: string; readonly essential: boolean }

/** What is offered: a whole, and what may be chosen in its place. */
export type Offered = Said & { readonly narrower?: readonly Said[] }

const ESSENTIAL = new Set(['openid', 'launch', 'launch/patient', 'launch/encounter'])
const words: Readonly<Record<string, string>> = says.words
const types: Readonly<Record<string, string>> = typeWords
const narrower: Readonly<Record<string, readonly string[]>> = says.narrower
const categories: Readonly<Record<string, string>> = says.categories

/** Words for a scope; `own` when the person is the patient. */
export function saidOf(word: string, own: boolean): Said {
  const scope = parseScope(word)
  const text = scope === undefined ? (words[word] ?? word) : sentence(scope, own)
  return { scope: word, says: text, essential: ESSENTIAL.has(word) }
}

/** The parts of a scope on all records of a type, for the types that have well-known categories. */
export function narrowerOf(word: string, own: boolean): Pick<Offered, 'narrower'> {
  const scope = parseScope(word)
  const parts = scope?.where === undefined ? narrower[scope?.type ?? ''] : undefined
  if (parts === undefined) return {}
  return { narrower: parts.map((category) => saidOf(`${word}?category=${category}`, own)) }
}

function sentence(scope: Scope, own: boolean): string {
  const { may, context } = scope
  const { see, add, change, delete: remove } = says.verbs
  const verbs = [
    ...(/[rs]/.test(may) ? [see] : []),
    ...(may.includes('c') ? [add] : []),
    ...(may.includes('u') ? [change] : []),
    ...(may.includes('d') ? [remove] : []),
  ].map((one) => one.toLowerCase())
  const joined = verbs.length === 1 ? verbs.join('') : `${verbs.slice(0, -1).join(', ')} and ${verbs.at(-1)}`
  const doing = joined.slice(0, 1).toUpperCase() + joined.slice(1)
  const what = thing(scope)
  if (own) return `${doing} ${says.whose.own} ${what}`
  return context === 'patient' ? `${doing} ${says.whose.patient} ${what}` : `${doing} the ${what} ${says.whose.user}`
}

function thing({ type, where }: Scope): string {
  const what = types[type] ?? `${says.other} (${type})`
  const kinds = where?.flatMap(({ anyOf }) => anyOf.map((one) => one.slice(one.lastIndexOf('|') + 1)))
  if (kinds === undefined) return what
  return kinds.map((kind) => categories[kind] ?? `${what} of the kind “${kind}”`).join(' and ')
}
