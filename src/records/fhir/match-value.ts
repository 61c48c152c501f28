/** Whether one index value satisfies one search value (http://hl7.org/fhir/R4/search.html#prefix and following). */
import type { DateRange } from './date-range.ts'
import type { IndexValue, QuantityValue, ReferenceValue, StringValue, TokenValue } from './index-values.ts'
import { normaliseText } from './normalise-text.ts'
import type {
  DateSearch,
  NumberSearch,
  ReferenceSearch,
  SearchValue,
  TextSearch,
  TokenSearch,
  UriSearch,
} from './search-values.ts'

export type Test = (value: IndexValue) => boolean

/** Codes are compared without case: finding too much is safer than missing (FHIR R4 search §3.1.1.4.10). */
const sameCode = (a: string, b: string) => a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase())

/** `implied` are the systems that plain code elements of this parameter belong to. */
const tokenTest = ({ system, code }: TokenSearch, implied: ReadonlySet<string>): Test => {
  const isImplied = system !== undefined && implied.has(system)
  return (value) => {
    const { s, c } = value as TokenValue
    if (c === undefined || (code !== undefined && !sameCode(c, code))) return false
    if (system === undefined) return true
    return system === '' ? s === undefined : s === system || (s === undefined && isImplied)
  }
}

/** The text of a code starts with the words, or one of its words does. */
const tokenTextTest =
  ({ normal }: TextSearch): Test =>
  (value) => {
    const words = (value as TokenValue).t
    return words !== undefined && ` ${normaliseText(words)}`.includes(` ${normal}`)
  }

const stringTest = ({ normal, exact }: TextSearch, modifier: string | undefined): Test => {
  if (modifier === 'exact') return (value) => ((value as StringValue).x ?? (value as StringValue).v) === exact
  if (modifier === 'contains') return (value) => (value as StringValue).v.includes(normal)
  return (value) => (value as StringValue).v.startsWith(normal)
}

const dateTest = ({ prefix, from, to }: DateSearch): Test => {
  const inside = ([start, end]: DateRange) => start !== null && end !== null && start >= from && end <= to
  const endsAfter = ([, end]: DateRange) => end === null || end > to
  const startsBefore = ([start]: DateRange) => start === null || start < from
  const tests: Record<DateSearch['prefix'], (range: DateRange) => boolean> = {
    eq: inside,
    ne: (range) => !inside(range),
    gt: endsAfter,
    lt: startsBefore,
    ge: (range) => endsAfter(range) || inside(range),
    le: (range) => startsBefore(range) || inside(range),
    sa: ([start]) => start !== null && start >= to,
    eb: ([, end]) => end !== null && end <= from,
    ap: ([start, end]) => (end === null || end > from) && (start === null || start < to),
  }
  return tests[prefix] as Test
}

const numberTest = ({ prefix, value: wanted, low, high, system, unit }: NumberSearch): Test => {
  const isEqual = (least: number, most: number) => least >= low && most <= high && (least < high || low === high)
  const tests: Record<NumberSearch['prefix'], (least: number, most: number) => boolean> = {
    eq: isEqual,
    ne: (least, most) => !isEqual(least, most),
    gt: (_, most) => most > wanted,
    lt: (least) => least < wanted,
    ge: (_, most) => most >= wanted,
    le: (least) => least <= wanted,
    sa: (least) => least > wanted,
    eb: (_, most) => most < wanted,
    ap: (least, most) => most >= low && least <= high,
  }
  const test = tests[prefix]
  return (value) => {
    const { v, l, h, s, c, u } = value as QuantityValue
    if (system !== undefined && s !== system) return false
    if (unit !== undefined && c !== unit && (system !== undefined || u !== unit)) return false
    return test(v ?? l ?? Number.NEGATIVE_INFINITY, v ?? h ?? Number.POSITIVE_INFINITY)
  }
}

const referenceTest = ({ literal, id }: ReferenceSearch): Test => {
  if (literal !== undefined) {
    const versioned = `${literal}|`
    return (value) => {
      const { r } = value as ReferenceValue
      return r !== undefined && (r === literal || r.startsWith(versioned))
    }
  }
  const ending = `/${id}`
  return (value) => {
    const { r } = value as ReferenceValue
    return r?.endsWith(ending) === true && !r.includes(':') && r.indexOf('/') === r.length - ending.length
  }
}

const identifierTest = (search: TokenSearch): Test => {
  const test = tokenTest(search, new Set())
  return (value) => test(value as TokenValue)
}

const uriTest = ({ uri }: UriSearch, modifier: string | undefined): Test => {
  if (modifier === 'below') return (value) => (value as string).startsWith(uri)
  if (modifier === 'above')
    return (value) => {
      const stored = value as string
      return uri === stored || uri.startsWith(stored.endsWith('/') ? stored : `${stored}/`)
    }
  const versioned = `${uri}|`
  return (value) => value === uri || (value as string).startsWith(versioned)
}

export function compileTest(search: SearchValue, modifier: string | undefined, implied: ReadonlySet<string>): Test {
  switch (search.kind) {
    case 'token':
      return modifier === 'identifier' ? identifierTest(search) : tokenTest(search, implied)
    case 'text':
      return modifier === 'text' ? tokenTextTest(search) : stringTest(search, modifier)
    case 'date':
      return dateTest(search)
    case 'number':
      return numberTest(search)
    case 'reference':
      return referenceTest(search)
    case 'uri':
      return uriTest(search, modifier)
  }
}
