import type { Scope } from '../../kernel/actor.ts'
import { parseScope } from '../scopes.ts'
import says from './scope-says.json' with { type: 'json' }

/** A scope as people read it. What is not essential can be left out. */
export type Said = { readonly scope: string; readonly says: string; readonly essential: boolean }

const ESSENTIAL = new Set(['openid', 'launch', 'launch/patient', 'launch/encounter'])
const words: Readonly<Record<string, string>> = says.words
const types: Readonly<Record<string, string>> = says.types
const categories: Readonly<Record<string, string>> = says.categories

/** Words for a scope; `own` when the person is the patient. */
export function saidOf(word: string, own: boolean): Said {
  const scope = parseScope(word)
  const text = scope === undefined ? (words[word] ?? word) : sentence(scope, own)
  return { scope: word, says: text, essential: ESSENTIAL.has(word) }
}

function sentence(scope: Scope, own: boolean): string {
  const { may, context } = scope
  const { see, write, delete: remove } = says.verbs
  const verbs = [
    ...(/[rs]/.test(may) ? [see] : []),
    ...(/[cu]/.test(may) ? [write] : []),
    ...(may.includes('d') ? [remove] : []),
  ]
  const verb = verbs.map((one, n) =>
    n === 0 ? one[0]?.toUpperCase() + one.slice(1) : one[0]?.toLowerCase() + one.slice(1),
  )
  const doing = verb.length === 1 ? verb[0] : `${verb.slice(0, -1).join(', ')} and ${verb.at(-1)}`
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
