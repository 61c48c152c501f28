/**
 * The part of FHIRPath that the search parameters of R4 use, resolved against the definitions: an expression
 * becomes routes, each a chain of JSON members with a known type at its end.
 */
import { elementsOf, isComplex } from './definitions.ts'
import { capitalised } from './element-tables.ts'

export type RouteStep =
  | { kind: 'field'; key: string; isArray: boolean }
  /** Keeps references to this type. */
  | { kind: 'resolves-to'; type: string }
  | { kind: 'equals'; key: string; value: string }
  | { kind: 'extension'; url: string }
  | { kind: 'has-extension'; url: string }
  | { kind: 'item'; index: number }
  /** The element is there and is not false. */
  | { kind: 'present' }

export type Route = {
  readonly steps: readonly RouteStep[]
  /** The FHIR type at the end; 'Resource' for a whole resource. */
  readonly type: string
  /** The code systems a required binding of the last element allows. */
  readonly systems: readonly string[]
}

const STEP =
  /^(?:\.?as\((\w+)\)|\.?ofType\((\w+)\)|\.?where\(resolve\(\) is (\w+)\)|\.?where\((\w+) ?= ?'([^']*)'\)|\.?where\(hasExtension\('([^']+)'\)\)|\.?extension\('([^']+)'\)|\[(\d+)\]| as (\w+)|\.([a-z]\w*)(?!\())/
const PRESENT = /^(\S+)\.exists\(\) and \1 != false$/

const follow = (route: Route, name: string): Route[] => {
  const node = route.type.startsWith('#') ? route.type.slice(1) : route.type
  if (!isComplex(node)) return []
  const element = elementsOf(node).find((each) => each.name === name)
  if (!element) return []
  const systems = element.codes ? Object.keys(element.codes) : []
  return element.types.map((type) => ({
    steps: [
      ...route.steps,
      { kind: 'field', key: element.isChoice ? name + capitalised(type) : name, isArray: element.max !== 1 } as const,
    ],
    type,
    systems,
  }))
}

const add = (routes: readonly Route[], step: RouteStep): Route[] =>
  routes.map((route) => ({ ...route, steps: [...route.steps, step] }))

const compileOne = (type: string, expression: string): Route[] => {
  const present = PRESENT.exec(expression)
  if (present)
    return add(compileOne(type, present[1] ?? ''), { kind: 'present' }).map((r) => ({ ...r, type: 'boolean' }))
  const plain = expression.replace(/^\(([^()]*)\)/, '$1')
  const start = /^[A-Z]\w*/.exec(plain)?.[0]
  if (start === undefined) throw new Error(`unsupported search expression: ${expression}`)
  let rest = plain.slice(start.length)
  let routes: Route[] = [{ steps: [], type, systems: [] }]
  while (rest !== '') {
    const match = STEP.exec(rest)
    if (!match) throw new Error(`unsupported search expression: ${expression} at ${rest}`)
    rest = rest.slice(match[0].length)
    const [, asType, ofType, resolved, key, value, owned, extension, index, asOperator, field] = match
    const wanted = asType ?? ofType ?? asOperator
    if (wanted !== undefined) routes = routes.filter((route) => route.type === wanted)
    else if (resolved !== undefined) routes = add(routes, { kind: 'resolves-to', type: resolved })
    else if (key !== undefined && value !== undefined) routes = add(routes, { kind: 'equals', key, value })
    else if (owned !== undefined) routes = add(routes, { kind: 'has-extension', url: owned })
    else if (extension !== undefined)
      routes = add(routes, { kind: 'extension', url: extension }).map((route) => ({ ...route, type: 'Extension' }))
    else if (index !== undefined) routes = add(routes, { kind: 'item', index: Number(index) })
    else if (field !== undefined) routes = routes.flatMap((route) => follow(route, field))
  }
  return routes
}

/** The routes of a search parameter's expression on a resource type. Throws on what the subset does not know. */
export function routesOf(type: string, expression: string): Route[] {
  return expression.split(' | ').flatMap((each) => compileOne(type, each.trim()))
}
