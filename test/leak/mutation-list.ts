import type { Mutation } from './mutation.ts'
import { READ_AND_WRITE_MUTATIONS } from './read-and-write-mutations.ts'
import { SEARCH_MUTATIONS } from './search-mutations.ts'

/** In this order: those of searches come last, as some of them leave an index that is wrong. */
export const MUTATIONS: readonly Mutation[] = [...READ_AND_WRITE_MUTATIONS, ...SEARCH_MUTATIONS]

/** Leaks that were found in the open and cannot be planted here, because what they leak through is not there. */
export const NOT_PLANTABLE: readonly { readonly leak: string; readonly seenIn: string; readonly because: string }[] = [
  {
    leak: '_include and _revinclude bring records of others',
    seenIn: 'Microsoft FHIR Server ADR 2607',
    because: 'includes are refused as not supported yet; the shapes are there and are asked as soon as they answer',
  },
  {
    leak: '_has and chained parameters tell values of what may not be read',
    seenIn: 'HAPI FHIR #6065',
    because: 'chains and _has are refused as not supported yet; the shapes are there',
  },
  {
    leak: 'the roster of a bulk export of a Group is not decided',
    seenIn: 'icanbwell/fhir-server',
    because: 'there is no $export yet; the shapes are there',
  },
]
