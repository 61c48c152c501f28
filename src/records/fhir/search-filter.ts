import { Refusal } from '../../kernel/refusal.ts'
import { isResourceType, type SearchParameter, type SearchType } from './definitions.ts'
import type { IndexEntry, IndexValue, TokenValue } from './index-values.ts'
import { compileTest, type Test } from './match-value.ts'
import { routesOf } from './search-path.ts'
import { invalidValue, parseValue, type SearchValue, splitEscaped } from './search-values.ts'

export type Self = { id: string; lastUpdated: number }

/** One search parameter of a query, ready to be tested. */
export type Filter = {
  readonly code: string
  readonly type: SearchType
  readonly modifier: string | undefined
  /** Alternatives; empty for :missing. */
  readonly values: readonly SearchValue[]
  readonly test: (entry: IndexEntry, self: Self) => boolean
}

const MODIFIERS: Readonly<Partial<Record<SearchType, readonly string[]>>> = {
  token: ['not', 'text', 'missing'],
  string: ['exact', 'contains', 'missing'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  reference: ['identifier', 'missing'],
  uri: ['below', 'above', 'missing'],
}
const MOST_VALUES = 500
const SPECIAL_VALUES = 'http://terminology.hl7.org/CodeSystem/special-values'

export const unknownParameter = (name: string, why = 'is not known for this type'): Refusal =>
  new Refusal('search.unknown-parameter', `Search parameter ${/^[\w:.-]{1,64}$/.test(name) ? name : ''} ${why}`)

const checkModifier = ({ code, type, target }: SearchParameter, modifier: string) => {
  if (MODIFIERS[type]?.includes(modifier)) return
  const isTarget = type === 'reference' && isResourceType(modifier) && (!target || target.includes(modifier))
  if (!isTarget) throw unknownParameter(`${code}:${modifier}`, 'has a modifier that is not supported')
}

const systems = new Map<string, ReadonlySet<string>>()
/** The code systems that codes without a system belong to, by the parameter's bindings. */
const impliedSystems = (type: string, parameter: SearchParameter): ReadonlySet<string> => {
  const key = `${type}.${parameter.code}`
  let known = systems.get(key)
  if (!known) {
    const codes = routesOf(type, parameter.expression).filter(
      (route) => route.type === 'code' || route.type === 'boolean',
    )
    known = new Set(codes.flatMap((route) => (route.type === 'boolean' ? [SPECIAL_VALUES] : route.systems)))
    systems.set(key, known)
  }
  return known
}

/** Ids, unlike codes, are compared exactly. */
const idTest =
  (search: SearchValue): Test =>
  (value) =>
    search.kind === 'token' && search.system === undefined && (value as TokenValue).c === search.code

const valuesIn =
  (code: string) =>
  (entry: IndexEntry, self: Self): readonly IndexValue[] | undefined =>
    code === '_id'
      ? [{ c: self.id }]
      : code === '_lastUpdated'
        ? [[self.lastUpdated, self.lastUpdated + 1]]
        : Object.hasOwn(entry, code)
          ? entry[code]
          : undefined

/** Throws `search.unknown-parameter` or `search.invalid-value`. `raw` is the decoded text after the equals sign. */
export function parseFilter(
  type: string,
  parameter: SearchParameter,
  modifier: string | undefined,
  raw: string,
  now: number,
): Filter {
  const { code } = parameter
  if (parameter.type === 'composite' || parameter.type === 'special') throw unknownParameter(code, 'is not supported')
  if (modifier !== undefined) checkModifier(parameter, modifier)
  const read = valuesIn(code)
  const shared = { code, type: parameter.type, modifier }
  if (modifier === 'missing') {
    if (raw !== 'true' && raw !== 'false') throw invalidValue(code, 'is neither true nor false')
    const wanted = raw === 'true'
    return { ...shared, values: [], test: (entry, self) => (read(entry, self) === undefined) === wanted }
  }
  const parts = splitEscaped(raw, ',')
  if (parts.length > MOST_VALUES) throw new Refusal('search.too-costly', `More than ${MOST_VALUES} values for ${code}`)
  const values = parts.map((part) => parseValue(parameter, modifier, part, now))
  const implied = parameter.type === 'token' ? impliedSystems(type, parameter) : new Set<string>()
  const tests = values.map((value) => (code === '_id' ? idTest(value) : compileTest(value, modifier, implied)))
  const [only] = tests
  const any = only && tests.length === 1 ? only : (value: IndexValue) => tests.some((test) => test(value))
  const wanted = modifier !== 'not'
  return { ...shared, values, test: (entry, self) => (read(entry, self)?.some(any) ?? false) === wanted }
}
