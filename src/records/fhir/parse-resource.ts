import { Refusal } from '../../kernel/refusal.ts'
import { isResourceType } from './definitions.ts'
import { outline } from './scan-json.ts'

export type Resource = {
  resourceType: string
  id?: string
  meta?: {
    versionId?: string
    lastUpdated?: string
    source?: string
    profile?: string[]
    security?: { system?: string; code?: string; display?: string }[]
    tag?: { system?: string; code?: string; display?: string }[]
    [key: string]: unknown
  }
  [key: string]: unknown
}

export type ParseLimits = {
  /** Levels of objects and arrays. */
  depth?: number
}

const DEPTH = 64
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/

const malformed = (text: string) =>
  new Refusal('request.malformed', text, { issues: [{ severity: 'error', code: 'structure', text }] })

/** Counts the members of a parsed value; refuses what a later reader could be fooled by. */
const countMembers = (value: object, checkStrings: boolean): number => {
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      if (typeof item === 'object' && item !== null) count += countMembers(item, checkStrings)
      else if (checkStrings && typeof item === 'string' && !item.isWellFormed())
        throw malformed('A string holds half of a surrogate pair')
    }
    return count
  }
  for (const key in value) {
    count++
    if (key === '__proto__') throw malformed('A member is named __proto__')
    const item = (value as Record<string, unknown>)[key]
    if (typeof item === 'object' && item !== null) count += countMembers(item, checkStrings)
    else if (checkStrings && typeof item === 'string' && !item.isWellFormed())
      throw malformed('A string holds half of a surrogate pair')
    if (checkStrings && !key.isWellFormed()) throw malformed('A member name holds half of a surrogate pair')
  }
  return count
}

/** The text as JSON, strictly (RFC 8259 and I-JSON, RFC 7493: no duplicate names, no lone surrogates). */
export function parseStrictly(text: string, depthLimit = DEPTH): { value: unknown; text: string } {
  if (text.charCodeAt(0) === 0xfeff) throw malformed('The body starts with a byte order mark')
  if (!text.isWellFormed()) throw malformed('The body holds half of a surrogate pair')
  const seen = outline(text, depthLimit)
  if (seen.depth > depthLimit) throw malformed(`The body is nested deeper than ${depthLimit} levels`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The engine's message quotes the text, which is somebody's chart: only the position is passed on.
    const at = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined
    throw malformed(`The body is not JSON${at === undefined ? '' : ` (at character ${at})`}`)
  }
  if (typeof value === 'string' && !value.isWellFormed()) throw malformed('A string holds half of a surrogate pair')
  if (typeof value === 'object' && value !== null) {
    const members = countMembers(value, ESCAPED_SURROGATE.test(text))
    if (members !== seen.members) throw malformed('An object has two members of the same name')
  }
  return { value, text: seen.compact }
}

/**
 * Parses one resource. The returned text is the input without insignificant whitespace, otherwise byte for byte.
 * Refuses with `request.malformed` (not JSON, duplicate names, too deep, no resourceType) or `request.invalid`
 * (a resourceType R4 does not have). Does not validate: see validate-resource.ts.
 */
export function parseResource(text: string, limits: ParseLimits = {}): { resource: Resource; text: string } {
  const parsed = parseStrictly(text, limits.depth)
  const value = parsed.value
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('The body is not a JSON object')
  const type = (value as Record<string, unknown>).resourceType
  if (typeof type !== 'string') throw malformed('The body has no resourceType')
  if (!isResourceType(type)) {
    const issue = { severity: 'error', code: 'invalid', text: 'The resourceType is not one of FHIR R4' } as const
    throw new Refusal('request.invalid', issue.text, { issues: [issue] })
  }
  return { resource: value as Resource, text: parsed.text }
}
