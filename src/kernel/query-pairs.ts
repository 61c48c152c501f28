import { Refusal } from './refusal.ts'

/** Parameters in the order they came, names and values decoded; a name may come more than once. */
export type QueryPairs = readonly (readonly [string, string])[]

/** Reads `a=1&b=2` (application/x-www-form-urlencoded). Throws `request.invalid` for what is not, and for NUL. */
export function queryPairs(text: string): [string, string][] {
  if (text === '') return []
  if (text.includes('\0') || text.includes('%00')) throw new Refusal('request.invalid', 'The query holds a NUL.')
  try {
    return text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name, ...value] = pair.replaceAll('+', ' ').split('=')
        return [decodeURIComponent(name ?? ''), decodeURIComponent(value.join('='))]
      })
  } catch (cause) {
    throw new Refusal('request.invalid', 'The query is not properly URL-encoded.', { cause })
  }
}

export const queryText = (pairs: QueryPairs): string =>
  pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
