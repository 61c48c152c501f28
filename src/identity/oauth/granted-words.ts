import type { Client } from '../clients.ts'
import { narrowScopes, parseScope, scopeText, wordsOf } from '../scopes.ts'

/** Scopes that are not about records (SMART App Launch 2.2, OpenID Connect Core 1.0). */
export const OPENID_WORDS: readonly string[] = [
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'launch/encounter',
  'online_access',
  'offline_access',
]

/** What an app for people may ask for besides records when its operator names nothing. */
export const USUAL_WORDS: readonly string[] = [
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'online_access',
]

const isOpenidWord = (word: string): boolean => OPENID_WORDS.includes(word)

/**
 * Of the words asked for, those this client may have: for a person `patient/` and `user/`, for itself `system/`. A word
 * granted as it is stays as it was written; one that is narrowed is written anew. Throws `oauth.invalid-scope` for a
 * constraint that is not enforced here.
 */
export function grantedWords(asked: string, client: Client, forWhom: 'person' | 'client'): string[] {
  const granted = wordsOf(asked).flatMap((word) => {
    if (isOpenidWord(word)) return forWhom === 'person' && client.words?.includes(word) === true ? [word] : []
    const scope = parseScope(word)
    if (scope === undefined || (scope.context === 'system') !== (forWhom === 'client')) return []
    const narrowed = scopeText(narrowScopes([scope], client.scopes))
    return narrowed === scopeText([scope]) ? [word] : wordsOf(narrowed)
  })
  return [...new Set(granted)]
}

/** What nobody here grants, such as a misspelt scope. */
export const unknownWords = (asked: string): string[] =>
  wordsOf(asked).filter((word) => !isOpenidWord(word) && parseScope(word) === undefined)
