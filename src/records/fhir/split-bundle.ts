import { Refusal } from '../../kernel/refusal.ts'
import { isResourceType } from './definitions.ts'
import { type ParseLimits, parseResource, type Resource } from './parse-resource.ts'
import { itemsOf, membersOf } from './scan-json.ts'

export type BundleRequest = {
  method: string
  url: string
  ifNoneExist?: string
  ifMatch?: string
  ifNoneMatch?: string
  ifModifiedSince?: string
}

export type BundleEntry = {
  fullUrl?: string
  request?: BundleRequest
  /** The exact JSON of the entry's `resource`, without insignificant whitespace. */
  text?: string
  /** The same, parsed; absent when it is not an object of a resource type R4 has. */
  resource?: Resource
}

const CONDITIONS = ['ifNoneExist', 'ifMatch', 'ifNoneMatch', 'ifModifiedSince'] as const

const invalid = (text: string, expression: string) =>
  new Refusal('request.invalid', text, { issues: [{ severity: 'error', code: 'invalid', text, expression }] })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readRequest = (value: unknown, path: string): BundleRequest => {
  if (!isObject(value)) throw invalid('request is not an object', path)
  const { method, url } = value
  if (typeof method !== 'string') throw invalid('request has no method', `${path}.method`)
  if (typeof url !== 'string') throw invalid('request has no url', `${path}.url`)
  const request: BundleRequest = { method, url }
  for (const name of CONDITIONS) {
    const condition = value[name]
    if (condition === undefined) continue
    if (typeof condition !== 'string') throw invalid(`${name} is not a string`, `${path}.${name}`)
    request[name] = condition
  }
  return request
}

const readEntry = (value: unknown, path: string): BundleEntry => {
  if (!isObject(value)) throw invalid('entry is not an object', path)
  const entry: BundleEntry = {}
  const { fullUrl, request, resource } = value
  if (fullUrl !== undefined) {
    if (typeof fullUrl !== 'string') throw invalid('fullUrl is not a string', `${path}.fullUrl`)
    entry.fullUrl = fullUrl
  }
  if (request !== undefined) entry.request = readRequest(request, `${path}.request`)
  if (isObject(resource) && typeof resource.resourceType === 'string' && isResourceType(resource.resourceType))
    entry.resource = resource as Resource
  return entry
}

/**
 * A Bundle's type and entries, each with the exact text of its resource, in time linear in the text.
 * Refuses like parseResource, and with `request.invalid` when it is no Bundle or an entry is misshapen; the
 * resources themselves are not validated, so that one bad entry of a batch does not fail the others.
 */
export function splitBundle(text: string, limits: ParseLimits = {}): { type: string; entries: BundleEntry[] } {
  const parsed = parseResource(text, limits)
  const bundle = parsed.resource
  if (bundle.resourceType !== 'Bundle') throw invalid('The body is not a Bundle', 'resourceType')
  const { type, entry } = bundle
  if (typeof type !== 'string') throw invalid('The Bundle has no type', 'Bundle.type')
  if (entry === undefined) return { type, entries: [] }
  if (!Array.isArray(entry)) throw invalid('entry is not a list', 'Bundle.entry')
  const entries = entry.map((each, index) => readEntry(each, `Bundle.entry[${index}]`))
  const list = membersOf(parsed.text, 0).find((member) => member.key === 'entry')
  for (const [index, item] of itemsOf(parsed.text, list?.start ?? 0).entries()) {
    const resource = membersOf(parsed.text, item.start).find((member) => member.key === 'resource')
    const target = entries[index]
    if (resource && target) target.text = parsed.text.slice(resource.start, resource.end)
  }
  return { type, entries }
}
