import { FACTS, type FactName, type Facts, KNOWN_WORDS } from './facts.ts'

type Operator = '=' | '!=' | '>' | '>=' | '<' | '<='
type Comparison = { readonly fact: FactName; readonly operator: Operator; readonly value: number | boolean | string }
/** Comparisons joined by AND, and those by OR. */
export type Condition = readonly (readonly Comparison[])[]

const COMPARISON = /^x-watch-case:([a-z]+)\s*(=|!=|>=|<=|>|<)\s*('(?:[^']*)'|-?\d+(?:\.\d+)?|true|false)$/

/**
 * A condition in a part of the STIX 2.1 patterning grammar: one observation in brackets, `x-watch-case:<fact> <operator>
 * <value>`, joined by AND and OR (AND binds closer), without parentheses. A text says what is wrong.
 */
export function parseCondition(text: string): Condition | string {
  const inside = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1]
  if (inside === undefined) return `a condition stands in brackets: [x-watch-case:score >= 4], not ${text}`
  const found: Comparison[][] = []
  for (const alternative of inside.split(/\s+OR\s+/)) {
    const all: Comparison[] = []
    for (const part of alternative.split(/\s+AND\s+/)) {
      const one = parseComparison(part.trim())
      if (typeof one === 'string') return one
      all.push(one)
    }
    found.push(all)
  }
  return found
}

function parseComparison(text: string): Comparison | string {
  const [, fact, operator, written = ''] = COMPARISON.exec(text) ?? []
  if (fact === undefined) return `"${text}" is no comparison such as x-watch-case:score >= 4`
  if (!(fact in FACTS)) return `unknown condition "${fact}"; known: ${Object.keys(FACTS).join(', ')}`
  const name = fact as FactName
  const kind = FACTS[name]
  const value = written.startsWith("'")
    ? written.slice(1, -1)
    : written === 'true' || written === 'false'
      ? written === 'true'
      : Number(written)
  const wanted = { number: 'number', words: 'string', 'yes-or-no': 'boolean' }[kind]
  if (typeof value !== wanted) return `"${fact}" is compared with a ${kind === 'words' ? "word in '…'" : kind}`
  if (kind !== 'number' && operator !== '=' && operator !== '!=') return `"${fact}" is compared by = or !=`
  const known = KNOWN_WORDS[name]
  if (known !== undefined && !known.includes(value as string))
    return `"${value}" is no ${fact}; known: ${known.join(', ')}`
  return { fact: name, operator: operator as Operator, value }
}

function holds({ fact, operator, value }: Comparison, facts: Facts): boolean {
  const is = facts[fact]
  if (typeof is === 'object') return is.includes(value as string) === (operator === '=')
  switch (operator) {
    case '=':
      return is === value
    case '!=':
      return is !== value
    case '>':
      return is > value
    case '>=':
      return is >= value
    case '<':
      return is < value
    case '<=':
      return is <= value
  }
}

export const isMet = (condition: Condition, facts: Facts): boolean =>
  condition.some((all) => all.every((one) => holds(one, facts)))
