import { Refusal } from '../../kernel/refusal.ts'
import type { Obligation } from '../../policy/obligations.ts'
import { searchParameters } from '../fhir/definitions.ts'
import { type Route, routesOf } from '../fhir/search-path.ts'
import type { SearchQuery } from '../fhir/search-query.ts'
import { parsePath } from './parse-path.ts'

/**
 * Refuses a search that reads or sorts by what is masked for who asks: its matches, its count and its order would say what
 * the records do not. It depends on the query and the asker's class only, never on what is there.
 */
export function refuseMaskedSearch(query: SearchQuery, obligations: readonly Obligation[]): void {
  const parameter = maskedParameter(query, obligations)
  if (parameter !== undefined)
    throw new Refusal(
      'policy.masked',
      `You see only a part of ${query.type}, and may not search or sort by ${parameter}.`,
    )
}

/** The first parameter that reads what one of the obligations masks. */
export function maskedParameter(query: SearchQuery, obligations: readonly Obligation[]): string | undefined {
  const paths = obligations.map(({ path }) => parsePath(path)).filter(({ type }) => type === query.type)
  if (paths.length === 0) return undefined
  const asked = [...query.filters, ...query.sort.map(({ code }) => ({ code, modifier: undefined }))]
  return asked.find(({ code, modifier }) => paths.some(({ steps }) => reads(query.type, code, modifier, steps)))?.code
}

function reads(type: string, code: string, modifier: string | undefined, masked: readonly string[]): boolean {
  const parameter = searchParameters(type).get(code)
  // A composite reads several elements at once; what is not known here may read anything.
  if (parameter === undefined || parameter.type === 'composite' || parameter.type === 'special') return true
  return routesOf(type, parameter.expression).some((route) => overlap(route, modifier, masked))
}

function overlap({ steps, type }: Route, modifier: string | undefined, masked: readonly string[]): boolean {
  const fields = steps.flatMap((step) =>
    step.kind === 'field' ? [step.key] : step.kind === 'extension' ? ['extension'] : [],
  )
  for (let n = 0; n < Math.min(fields.length, masked.length); n++)
    if (!isElement(fields[n] as string, masked[n] as string)) return false
  const [inside] = masked.slice(fields.length)
  // Of a reference only where it leads is read, and with modifiers its identifier.
  if (inside === undefined || type !== 'Reference') return true
  return inside === 'reference' || (inside === 'identifier' && (modifier === 'identifier' || modifier === 'missing'))
}

/** A choice in JSON has its type behind its name. */
const isElement = (key: string, element: string): boolean =>
  key === element || (key.startsWith(element) && /^[A-Z]/.test(key.slice(element.length)))
