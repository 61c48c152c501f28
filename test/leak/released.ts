import type { Json } from './speak.ts'

/** A record, or a version of one, that an answer gave away or spoke of as there. */
export type Given = { readonly ref: string; readonly version?: string; readonly deleted?: true }

const NOT_RECORDS = new Set(['Bundle', 'Parameters', 'OperationOutcome', 'CapabilityStatement'])
const ADDRESS = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/([^/]+))?$/

/** Every record an answer holds: alone, as an entry of whatever mode, in a Bundle in a Bundle, or as told of. */
export function givenIn(json: Json): Given[] {
  if (json === null || typeof json !== 'object') return []
  const { resourceType, id, meta } = json
  if (resourceType === 'Bundle') return (json.entry ?? []).flatMap(entryGives)
  if (resourceType === 'Parameters') return (json.parameter ?? []).flatMap((one: Json) => givenIn(one.resource))
  if (typeof resourceType !== 'string' || NOT_RECORDS.has(resourceType) || id === undefined) return []
  return [{ ref: `${resourceType}/${id}`, ...(meta?.versionId !== undefined && { version: meta.versionId }) }]
}

function entryGives(entry: Json): Given[] {
  if (entry.resource !== undefined) return [...givenIn(entry.resource), ...givenIn(entry.response?.outcome)]
  const told = ADDRESS.exec(entry.response?.location ?? entry.request?.url ?? '')
  if (told === null || !/^20[024]/.test(entry.response?.status ?? '200')) return []
  const deleted = entry.request?.method === 'DELETE' || entry.response?.status?.startsWith('204')
  return [{ ref: told[1] as string, ...(told[2] !== undefined && { version: told[2] }), ...(deleted && { deleted }) }]
}
