import { isResourceType } from './definitions.ts'

const RELATIVE = /^([A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const CONDITIONAL = /^([A-Za-z]+)\?[^\s#]+$/
const ABSOLUTE = /^https?:\/\/\S+$/
const ABSOLUTE_TYPE = /\/([A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const URN = /^urn:(?:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|oid:[0-2](?:\.(?:0|[1-9][0-9]*))+)$/

export type ReferenceReading =
  | { kind: 'literal' | 'conditional'; type: string }
  | { kind: 'contained'; id: string }
  /** An absolute URL or urn whose target type cannot be told from it. */
  | { kind: 'opaque' }
  | { kind: 'malformed' }

/** What a Reference.reference points at (http://hl7.org/fhir/R4/references.html#literal). */
export function readReference(reference: string): ReferenceReading {
  if (reference.startsWith('#')) return { kind: 'contained', id: reference.slice(1) }
  const relative = RELATIVE.exec(reference)?.[1]
  if (relative !== undefined)
    return isResourceType(relative) ? { kind: 'literal', type: relative } : { kind: 'malformed' }
  if (URN.test(reference)) return { kind: 'opaque' }
  if (ABSOLUTE.test(reference)) {
    const type = ABSOLUTE_TYPE.exec(reference)?.[1]
    return type !== undefined && isResourceType(type) ? { kind: 'literal', type } : { kind: 'opaque' }
  }
  const conditional = CONDITIONAL.exec(reference)?.[1]
  if (conditional !== undefined && isResourceType(conditional)) return { kind: 'conditional', type: conditional }
  return { kind: 'malformed' }
}
