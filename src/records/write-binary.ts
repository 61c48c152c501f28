import { randomUUID } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { Refusal } from '../kernel/refusal.ts'
import { storeBlob } from './blobs/store-blob.ts'
import type { Circumstance } from './circumstance.ts'
import { parseResource, type Resource } from './fhir/parse-resource.ts'
import type { createCommitWrites } from './write/commit-writes.ts'
import type { GroupWritten } from './write/operation.ts'
import { validContent } from './write/prepare-content.ts'

type Needs = { readonly sql: Sql; readonly commitWrites: ReturnType<typeof createCommitWrites> }

/** A Binary as it comes: as bytes of some type, or as FHIR JSON with its bytes in `data`. */
export type BinarySource =
  | {
      readonly contentType: string
      readonly securityContext?: string | undefined
      readonly bytes: AsyncIterable<Buffer>
    }
  | { readonly text: string }

/** Smaller ones stay in their JSON. */
const KEPT_INLINE_BYTES = 16 * 1024

/** Creates or updates a Binary; its bytes are sealed in chunks as they arrive. */
export function createWriteBinary({ sql, commitWrites }: Needs) {
  return async function writeBinary(
    who: Circumstance,
    id: string | undefined,
    source: BinarySource,
    ifMatch?: number,
  ): Promise<GroupWritten> {
    const own = id ?? randomUUID()
    const { resource, text, bytes } = 'text' in source ? withoutData(source.text) : described(source)
    if (id !== undefined && 'text' in source && resource.id !== id)
      throw new Refusal('request.invalid', 'The id of the body is not the id of the address.')
    const content = validContent(resource, text, 'Binary', own)
    const blob = bytes === undefined ? undefined : await storeBlob(sql, bytes)
    const whole = blob === undefined ? content : { ...content, blob }
    return commitWrites({
      circumstance: who,
      interaction: id === undefined ? 'create' : 'update',
      operations: () => [
        id === undefined
          ? { act: 'create', type: 'Binary', id: own, content: whole }
          : { act: 'update', type: 'Binary', id: own, content: whole, ...(ifMatch !== undefined && { ifMatch }) },
      ],
    })
  }
}

type Parts = { readonly resource: Resource; readonly text: string; readonly bytes?: AsyncIterable<Buffer> }

function described({ contentType, securityContext, bytes }: Extract<BinarySource, { bytes: unknown }>): Parts {
  const resource = {
    resourceType: 'Binary',
    contentType,
    ...(securityContext !== undefined && { securityContext: { reference: securityContext } }),
  }
  return { resource, text: JSON.stringify(resource), bytes }
}

/** Takes large data out of the JSON, when putting it back gives the very same text. */
function withoutData(source: string): Parts {
  const { resource, text } = parseResource(source)
  const data = resource['data']
  if (typeof data !== 'string' || data.length < KEPT_INLINE_BYTES) return { resource, text }
  const bytes = Buffer.from(data, 'base64')
  if (bytes.toString('base64') !== data) return { resource, text }
  const { data: _taken, ...rest } = resource
  return {
    resource: rest as Resource,
    text: text.replace(/,"data":"[^"]*"|"data":"[^"]*",/, ''),
    bytes: (async function* () {
      yield bytes
    })(),
  }
}
