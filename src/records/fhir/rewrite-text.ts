import type { Resource } from './parse-resource.ts'
import { membersOf, stringEnd } from './scan-json.ts'

const OPEN_OBJECT = 123
const COLON = 58

/**
 * The same resource with the server's identity: top-level `id`, `meta.versionId` and `meta.lastUpdated`, placed
 * right after `resourceType`, which comes first. Other members keep their order and their exact text.
 * `text` is whitespace-free JSON of a validated resource.
 */
export function withIdentity(text: string, identity: { id: string; versionId: string; lastUpdated: string }): string {
  let type = ''
  let meta = ''
  let rest = ''
  for (const { key, from, start, end } of membersOf(text, 0)) {
    if (key === 'resourceType') type = text.slice(start, end)
    else if (key === 'meta') {
      if (text.charCodeAt(start) !== OPEN_OBJECT) continue
      for (const member of membersOf(text, start))
        if (member.key !== 'versionId' && member.key !== 'lastUpdated')
          meta += `,${text.slice(member.from, member.end)}`
    } else if (key !== 'id') rest += `,${text.slice(from, end)}`
  }
  const { id, versionId, lastUpdated } = identity
  const server = `"versionId":${JSON.stringify(versionId)},"lastUpdated":${JSON.stringify(lastUpdated)}`
  return `{"resourceType":${type},"id":${JSON.stringify(id)},"meta":{${server}${meta}}${rest}}`
}

const LINK = /((?:href|src)\s*=\s*(?:\\"|'))([^"'\\]+)(?=\\"|')/g
const escapeAttribute = (value: string) =>
  JSON.stringify(
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ).slice(1, -1)

const known = new WeakMap<ReadonlyMap<string, string>, { size: number; lengths: Set<number> }>()

/** The lengths of the keys, remembered: a transaction rewrites each of its many entries with the same map. */
const lengthsOf = (replacements: ReadonlyMap<string, string>): Set<number> => {
  let cached = known.get(replacements)
  if (cached?.size !== replacements.size) {
    cached = { size: replacements.size, lengths: new Set([...replacements.keys()].map((key) => key.length)) }
    known.set(replacements, cached)
  }
  return cached.lengths
}

/**
 * Replaces every string value that equals a key of `replacements` (FHIR R4 §3.1.0.11.2), and the targets of
 * href and src inside narratives. Member names, and values of members called `value` (identifiers), stay.
 */
export function rewriteStrings(text: string, replacements: ReadonlyMap<string, string>): string {
  if (replacements.size === 0) return text
  const lengths = lengthsOf(replacements)
  let backslash = -1
  let result = ''
  let kept = 0
  let key = ''
  for (let at = text.indexOf('"'); at !== -1; ) {
    const close = stringEnd(text, at)
    if (text.charCodeAt(close + 1) === COLON) key = text.slice(at + 1, close)
    else if (key === 'div') {
      const div = text.slice(at, close + 1)
      const changed = div.replace(LINK, (all, before: string, link: string) => {
        const found = replacements.get(link)
        return found === undefined ? all : before + escapeAttribute(found)
      })
      if (changed !== div) {
        result += text.slice(kept, at) + changed
        kept = close + 1
      }
    } else if (key !== 'value') {
      const plain = lengths.has(close - at - 1) ? text.slice(at + 1, close) : undefined
      let found = plain === undefined ? undefined : replacements.get(plain)
      if (found === undefined) {
        if (backslash < at) backslash = text.indexOf('\\', at)
        if (backslash === -1) backslash = text.length
        if (backslash < close) found = replacements.get(JSON.parse(text.slice(at, close + 1)) as string)
      }
      if (found !== undefined) {
        result += text.slice(kept, at) + JSON.stringify(found)
        kept = close + 1
      }
    }
    at = text.indexOf('"', close + 1)
  }
  return kept === 0 ? text : result + text.slice(kept)
}

/** Every literal `reference` in the resource, contained and nested resources included, in document order. */
export function collectReferences(resource: Resource): string[] {
  const found: string[] = []
  const walk = (value: object): void => {
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (typeof item === 'object' && item !== null) walk(item)
      return
    }
    for (const key in value) {
      const item = (value as Record<string, unknown>)[key]
      if (typeof item === 'object' && item !== null) walk(item)
      else if (key === 'reference' && typeof item === 'string') found.push(item)
    }
  }
  walk(resource)
  return found
}

/** A copy without what the server sets: id, meta.versionId, meta.lastUpdated (and meta, when nothing is left). */
export function withoutServerMeta(resource: Resource): Resource {
  const { id: _id, meta, ...rest } = resource
  if (typeof meta !== 'object' || meta === null) return rest as Resource
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...kept } = meta
  return (Object.keys(kept).length === 0 ? rest : { ...rest, meta: kept }) as Resource
}
