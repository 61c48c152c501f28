/**
 * The FHIR R4 (4.0.1) definitions the program runs on, from r4.json.gz (written by tools/prepare-fhir.ts).
 * Read and parsed on first use.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** [name ("value[x]" for a choice), min, max (-1 is *), types joined by |, reference targets joined by |, code list or -1]. */
export type ElementRow = [string, number, number, string, string, number]
/** [code, type, FHIRPath expression, reference targets joined by |]. */
export type SearchRow = [string, string, string, string]
export type R4 = {
  fhir: string
  /** Type or backbone path → [base node, 1 for a concrete resource, own elements]. */
  nodes: Record<string, [string, 0 | 1, ElementRow[]]>
  /** [value set url, system → codes]. */
  sets: [string, Record<string, string[]>][]
  search: Record<string, SearchRow[]>
  patient: Record<string, string[]>
}

export type SearchType =
  | 'token'
  | 'string'
  | 'date'
  | 'reference'
  | 'number'
  | 'quantity'
  | 'uri'
  | 'composite'
  | 'special'

export type SearchParameter = {
  readonly code: string
  readonly type: SearchType
  readonly expression: string
  readonly target?: readonly string[]
}

export type ElementDefinition = {
  /** Without [x]. */
  readonly name: string
  readonly isChoice: boolean
  readonly min: number
  /** -1 is unbounded. */
  readonly max: number
  /** Type names; '#Patient.contact' is the content of that element. */
  readonly types: readonly string[]
  /** Resource types a Reference may point at; empty means any. */
  readonly targets: readonly string[]
  /** System → codes, when the binding is required and the value set can be listed. */
  readonly codes: Readonly<Record<string, readonly string[]>> | undefined
  readonly valueSet: string | undefined
}

let loaded: R4 | undefined
const r4 = (): R4 => {
  loaded ??= JSON.parse(gunzipSync(readFileSync(new URL('r4.json.gz', import.meta.url))).toString('utf8')) as R4
  return loaded
}

let types: { list: readonly string[]; set: ReadonlySet<string> } | undefined
const concreteTypes = () => {
  if (!types) {
    const list = Object.keys(r4().nodes).filter((name) => r4().nodes[name]?.[1] === 1)
    types = { list, set: new Set(list) }
  }
  return types
}

export function isResourceType(type: string): boolean {
  return concreteTypes().set.has(type)
}

/** All 148 - 2 abstract = 146 resource types of R4, by name. */
export function resourceTypes(): readonly string[] {
  return concreteTypes().list
}

const definition = ([name, min, max, typeList, targets, set]: ElementRow): ElementDefinition => ({
  name: name.endsWith('[x]') ? name.slice(0, -3) : name,
  isChoice: name.endsWith('[x]'),
  min,
  max,
  types: typeList.split('|'),
  targets: targets === '' || targets.split('|').includes('Resource') ? [] : targets.split('|'),
  codes: r4().sets[set]?.[1],
  valueSet: r4().sets[set]?.[0],
})

const nodeCache = new Map<string, readonly ElementDefinition[]>()

/** The elements of a type or backbone path ('Patient', 'Patient.contact', 'HumanName'), inherited first. */
export function elementsOf(node: string): readonly ElementDefinition[] {
  const known = nodeCache.get(node)
  if (known) return known
  const found = Object.hasOwn(r4().nodes, node) ? r4().nodes[node] : undefined
  if (!found) throw new Error(`no such FHIR type: ${node}`)
  const result = [...(found[0] ? elementsOf(found[0]) : []), ...found[2].map(definition)]
  nodeCache.set(node, result)
  return result
}

/** True for a datatype or backbone that has elements of its own, false for primitives. */
export function isComplex(type: string): boolean {
  return type.startsWith('#') || Object.hasOwn(r4().nodes, type)
}

const searchCache = new Map<string, ReadonlyMap<string, SearchParameter>>()

/** The search parameters of a resource type by code, those of Resource and DomainResource included. */
export function searchParameters(type: string): ReadonlyMap<string, SearchParameter> {
  const known = searchCache.get(type)
  if (known) return known
  const result = new Map<string, SearchParameter>()
  if (isResourceType(type))
    for (const base of ['Resource', 'DomainResource', type])
      for (const [code, kind, expression, target] of r4().search[base] ?? [])
        result.set(code, {
          code,
          type: kind as SearchType,
          expression,
          ...(target ? { target: target.split('|') } : {}),
        })
  searchCache.set(type, result)
  return result
}

/**
 * The search parameters that put a resource of this type in a patient's compartment; empty when none does. A type
 * that R4 leaves out of the compartment and that has a `patient` parameter (Device, Task, …) is put in by that.
 */
export function patientParameters(type: string): readonly string[] {
  const own = Object.hasOwn(r4().patient, type) ? r4().patient[type] : undefined
  return own ?? (searchParameters(type).has('patient') ? ['patient'] : [])
}
