import { Refusal } from '../../kernel/refusal.ts'
import { parseStrictly } from './parse-resource.ts'

type Json = null | boolean | string | Json[] | { [member: string]: Json }
type Operation = { readonly op: string; readonly path: string; readonly from?: Json; readonly value?: Json }

const MOST_OPERATIONS = 1_000
const MOST_COPIED_CHARACTERS = 8 * 1024 * 1024
/** Half a surrogate pair, which no text that was parsed strictly holds. */
const NUMBER = '\ud800'
const INDEX = /^(?:0|[1-9]\d{0,8})$/

/**
 * A JSON Patch (RFC 6902) applied to a JSON text. Members keep their order and numbers their lexemes: 1.50 stays 1.50.
 * Throws `request.malformed` or `request.invalid` for what is no patch, `record.invalid` for one that does not apply.
 */
export function applyPatch(patchText: string, text: string): string {
  const patch = withLexemes(parseStrictly(patchText).text)
  if (!Array.isArray(patch)) throw new Refusal('request.invalid', 'A JSON Patch is an array of operations (RFC 6902).')
  if (patch.length > MOST_OPERATIONS)
    throw new Refusal('request.too-large', `A patch has at most ${MOST_OPERATIONS} operations.`)
  const root = { document: withLexemes(text) }
  let copied = 0
  for (const [n, item] of patch.entries()) {
    const fail = (why: string): never => {
      throw new Refusal('record.invalid', `The patch cannot be applied: ${why} (operation ${n}).`)
    }
    const operation = readOperation(item, n)
    if (operation.op === 'copy') {
      copied += JSON.stringify(valueAt(root, pathOf(operation.from, n), fail)).length
      if (copied > MOST_COPIED_CHARACTERS) throw new Refusal('request.too-large', 'The patch copies too much.')
    }
    apply(root, operation, n, fail)
  }
  return JSON.stringify(root.document, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(NUMBER) ? rawJson(value.slice(1)) : value,
  )
}

const rawJson = (JSON as unknown as { rawJSON(text: string): object }).rawJSON

const withLexemes = (text: string): Json =>
  JSON.parse(text, (_key, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? NUMBER + context?.source : value,
  ) as Json

function readOperation(item: Json, n: number): Operation {
  const { op, path, ...more } = typeof item === 'object' && item !== null && !Array.isArray(item) ? item : {}
  if (typeof op !== 'string' || typeof path !== 'string')
    throw new Refusal('request.invalid', `Operation ${n} needs an op and a path.`)
  if ((op === 'add' || op === 'replace' || op === 'test') && more.value === undefined)
    throw new Refusal('request.invalid', `Operation ${n} needs a value.`)
  return { op, path, ...more }
}

/** RFC 6901. */
function pathOf(pointer: Json | undefined, n: number): string[] {
  if (pointer === '') return []
  if (typeof pointer !== 'string' || !/^(?:\/(?:[^/~]|~[01])*)+$/.test(pointer))
    throw new Refusal('request.invalid', `Operation ${n} has no JSON Pointer where one belongs.`)
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

type Root = { document: Json }
type Fail = (why: string) => never

function apply(root: Root, { op, path, from, value }: Operation, n: number, fail: Fail): void {
  const at = pathOf(path, n)
  switch (op) {
    case 'add':
      return put(root, at, value as Json, fail)
    case 'remove':
      return void take(root, at, fail)
    case 'replace':
      if (at.length === 0) root.document = value as Json
      else replace(root, at, value as Json, fail)
      return
    case 'move': {
      const source = pathOf(from, n)
      if (at.length > source.length && source.every((token, level) => token === at[level]))
        return fail('nothing can be moved into itself')
      return put(root, at, take(root, source, fail), fail)
    }
    case 'copy':
      return put(root, at, structuredClone(valueAt(root, pathOf(from, n), fail)), fail)
    case 'test':
      return same(valueAt(root, at, fail), value as Json) ? undefined : fail('a test does not hold')
    default:
      throw new Refusal('request.invalid', `Operation ${n} is none of add, remove, replace, move, copy and test.`)
  }
}

function valueAt(root: Root, path: readonly string[], fail: Fail): Json {
  let value = root.document
  for (const token of path) {
    if (Array.isArray(value)) value = value[indexIn(value, token, fail)] as Json
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, token)) value = value[token] as Json
    else return fail('there is nothing at its path')
  }
  return value
}

function indexIn(list: readonly Json[], token: string, fail: Fail): number {
  return INDEX.test(token) && Number(token) < list.length ? Number(token) : fail('there is nothing at its path')
}

function parentOf(root: Root, path: readonly string[], fail: Fail): Json[] | { [member: string]: Json } {
  const parent = valueAt(root, path.slice(0, -1), fail)
  return typeof parent === 'object' && parent !== null ? parent : fail('there is nothing at its path')
}

function put(root: Root, path: readonly string[], value: Json, fail: Fail): void {
  const last = path.at(-1)
  if (last === undefined) {
    root.document = value
    return
  }
  const parent = parentOf(root, path, fail)
  if (!Array.isArray(parent)) {
    if (last === '__proto__') fail('no member has that name')
    parent[last] = value
  } else if (last === '-') parent.push(value)
  else if (INDEX.test(last) && Number(last) <= parent.length) parent.splice(Number(last), 0, value)
  else fail('there is nothing at its path')
}

function take(root: Root, path: readonly string[], fail: Fail): Json {
  const last = path.at(-1)
  if (last === undefined) return fail('the whole cannot be removed')
  const parent = parentOf(root, path, fail)
  if (Array.isArray(parent)) return parent.splice(indexIn(parent, last, fail), 1)[0] as Json
  if (!Object.hasOwn(parent, last)) return fail('there is nothing at its path')
  const taken = parent[last] as Json
  delete parent[last]
  return taken
}

function replace(root: Root, path: readonly string[], value: Json, fail: Fail): void {
  const parent = parentOf(root, path, fail)
  const last = path.at(-1) as string
  if (Array.isArray(parent)) parent[indexIn(parent, last, fail)] = value
  else if (Object.hasOwn(parent, last)) parent[last] = value
  else fail('there is nothing at its path')
}

/** Equal as RFC 6902 §4.6 says: numbers by value, members in any order. */
function same(a: Json, b: Json): boolean {
  if (typeof a === 'string' && typeof b === 'string' && a.startsWith(NUMBER) && b.startsWith(NUMBER))
    return Number(a.slice(1)) === Number(b.slice(1))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, n) => same(one, b[n] as Json))
  const members = Object.keys(a)
  return (
    members.length === Object.keys(b).length &&
    members.every((member) => Object.hasOwn(b, member) && same(a[member] as Json, b[member] as Json))
  )
}
