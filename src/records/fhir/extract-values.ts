import { readReference } from './check-reference.ts'
import { type SearchParameter, searchParameters } from './definitions.ts'
import { type Convert, conversion, type IndexEntry, type IndexValue } from './index-values.ts'
import type { Resource } from './parse-resource.ts'
import { type Route, type RouteStep, routesOf } from './search-path.ts'

export type { IndexEntry, IndexValue } from './index-values.ts'

type Json = Record<string, unknown>
type Read = (value: unknown, out: IndexValue[], root: Resource) => void

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

const resolvesTo = (value: unknown, type: string, root: Resource): boolean => {
  if (!isObject(value)) return false
  const literal = value.reference
  if (typeof literal !== 'string') return value.type === type
  if (literal.startsWith(type) && literal.charCodeAt(type.length) === 47) return true
  const reading = readReference(literal)
  if (reading.kind === 'literal') return reading.type === type
  if (reading.kind !== 'contained' || !Array.isArray(root.contained)) return false
  return root.contained.some((each) => isObject(each) && each.id === reading.id && each.resourceType === type)
}

const hasExtension = (value: unknown, url: string): boolean =>
  isObject(value) &&
  Array.isArray(value.extension) &&
  value.extension.some((each) => isObject(each) && each.url === url)

const compileStep = (step: RouteStep, next: Read): Read => {
  switch (step.kind) {
    case 'field': {
      const { key } = step
      return step.isArray
        ? (value, out, root) => {
            const items = (value as Json)[key]
            if (Array.isArray(items))
              for (const item of items as unknown[]) if (item !== null && item !== undefined) next(item, out, root)
          }
        : (value, out, root) => {
            const item = (value as Json)[key]
            if (item !== undefined && item !== null) next(item, out, root)
          }
    }
    case 'resolves-to':
      return (value, out, root) => resolvesTo(value, step.type, root) && next(value, out, root)
    case 'equals':
      return (value, out, root) => isObject(value) && value[step.key] === step.value && next(value, out, root)
    case 'has-extension':
      return (value, out, root) => hasExtension(value, step.url) && next(value, out, root)
    case 'extension':
      return (value, out, root) => {
        const extensions = isObject(value) ? value.extension : undefined
        if (!Array.isArray(extensions)) return
        for (const each of extensions as unknown[]) if (isObject(each) && each.url === step.url) next(each, out, root)
      }
    case 'item':
      throw new Error('an item index follows a list')
    case 'present':
      return (value, out, root) => value !== false && next(value, out, root)
  }
}

/** Reads the values at the end of a route, in document order. */
export const compileRoute = (route: Route, convert: Convert): Read => {
  let read: Read = convert
  for (let at = route.steps.length - 1; at >= 0; at--) {
    const step = route.steps[at] as RouteStep
    const before = route.steps[at - 1]
    if (step.kind === 'item' && before?.kind === 'field') {
      const next = read
      read = (value, out, root) => {
        const items = (value as Json)[before.key]
        const item: unknown = Array.isArray(items) ? items[step.index] : undefined
        if (item !== undefined && item !== null) next(item, out, root)
      }
      at--
    } else read = compileStep(step, read)
  }
  return read
}

/** An expression that ends at an extension means the extension's value. */
const throughExtension = (route: Route, parameter: SearchParameter): Route[] =>
  route.type === 'Extension' ? valuesOf(route).filter((each) => conversion(parameter.type, each.type)) : [route]

const valuesOf = (route: Route): Route[] =>
  routesOf('Extension', 'Extension.value').map((value) => ({ ...value, steps: [...route.steps, ...value.steps] }))

/** How one search parameter reads a resource of a type: every route that leads to a value it can index. */
export function compileParameter(type: string, parameter: SearchParameter): Read {
  const routes = routesOf(type, parameter.expression).flatMap((route) => throughExtension(route, parameter))
  const reads = routes.flatMap((route) => {
    const isPresence = route.steps.at(-1)?.kind === 'present'
    const convert: Convert | undefined = isPresence
      ? (_, out) => out.push({ c: 'true' })
      : conversion(parameter.type, route.type)
    return convert ? [compileRoute(route, convert)] : []
  })
  const isPresence = routes.some((route) => route.steps.at(-1)?.kind === 'present')
  const [only] = reads
  if (only && reads.length === 1 && !isPresence) return only
  return (value, out, root) => {
    for (const read of reads) read(value, out, root)
    if (isPresence && out.length === 0) out.push({ c: 'false' })
  }
}

const compiled = new Map<string, readonly { code: string; read: Read }[]>()

const readersOf = (type: string) => {
  let readers = compiled.get(type)
  if (!readers) {
    readers = [...searchParameters(type).values()]
      .filter((each) => each.type !== 'composite' && each.type !== 'special')
      .filter((each) => each.code !== '_id' && each.code !== '_lastUpdated')
      .map((each) => ({ code: each.code, read: compileParameter(type, each) }))
    compiled.set(type, readers)
  }
  return readers
}

/**
 * The index values of a validated resource, by search parameter. Composite and special parameters are not indexed,
 * nor `_id` and `_lastUpdated`, which the server gives. References to contained resources are left out.
 */
export function extractValues(resource: Resource): IndexEntry {
  const entry: IndexEntry = {}
  let values: IndexValue[] = []
  for (const { code, read } of readersOf(resource.resourceType)) {
    read(resource, values, resource)
    if (values.length > 0) {
      entry[code] = values
      values = []
    }
  }
  return entry
}
