import type { Scope } from '../../kernel/actor.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { parseScope, wordsOf } from '../scopes.ts'
import { OPENID_WORDS, USUAL_WORDS } from './granted-words.ts'

/**
 * What a client is registered for: scopes on records, and other words. An app for people that names none of the others
 * gets the usual ones. Throws `request.invalid`, `oauth.invalid-scope`.
 */
export function readScope(text: string, forPeople: boolean): { scopes: Scope[]; words: string[] } {
  const scopes: Scope[] = []
  const words: string[] = []
  for (const word of wordsOf(text)) {
    const scope = parseScope(word)
    if (scope !== undefined) scopes.push(scope)
    else if (OPENID_WORDS.includes(word)) words.push(word)
    else
      throw new Refusal(
        'request.invalid',
        `The scope ${JSON.stringify(word)} is not one this server grants. Example: system/Patient.rs`,
      )
  }
  return { scopes, words: words.length === 0 && forPeople ? [...USUAL_WORDS] : words }
}
