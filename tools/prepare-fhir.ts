/**
 * Writes src/records/fhir/r4.json.gz, the part of the FHIR R4 (4.0.1) definitions the program runs on, from the
 * npm package hl7.fhir.r4.examples (HL7, CC0-1.0). `--check` writes nothing and exits 1 when the file would change.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { ElementRow, R4, SearchRow } from '../src/records/fhir/definitions.ts'

type Element = {
  path: string
  min: number
  max: string
  type?: { code: string; targetProfile?: string[] }[]
  contentReference?: string
  binding?: { strength: string; valueSet?: string }
}
type Include = {
  system?: string
  concept?: { code: string }[]
  filter?: unknown[]
  valueSet?: string[]
}
type Concept = { code: string; concept?: Concept[] }
type Definition = {
  id: string
  url: string
  kind?: string
  derivation?: string
  type: string
  abstract?: boolean
  baseDefinition?: string
  snapshot?: { element: Element[] }
  code: string
  base?: string[]
  expression?: string
  target?: string[]
  compose?: { include: Include[]; exclude?: unknown[] }
  content?: string
  concept?: Concept[]
  resource?: { code: string; param?: string[] }[]
}

const source = new URL('../node_modules/hl7.fhir.r4.examples/', import.meta.url)
const target = new URL('../src/records/fhir/r4.json.gz', import.meta.url)
const BASES = ['Resource', 'DomainResource', 'Element', 'BackboneElement']
const SYSTEM_TYPE = 'http://hl7.org/fhirpath/System.'

/** Examples among the definitions, and parameters without an expression we could follow. */
const SKIPPED_PARAMETERS = new Set([
  'example',
  'example-reference',
  'example-extension',
  'DocumentReference-extensions',
])
/** Expressions that name the search parameter where they mean the extension (corrected in later FHIR releases). */
const CORRECTED: Record<string, string> = {
  'patient-extensions-Patient-mothersMaidenName':
    "Patient.extension('http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName').value.ofType(string)",
}

const read = (file: string) => JSON.parse(readFileSync(new URL(file, source), 'utf8')) as Definition
const files = readdirSync(source).sort()
const all = (prefix: string) => files.filter((file) => file.startsWith(`${prefix}-`)).map(read)

const terminology = new Map([...all('CodeSystem'), ...all('ValueSet')].map((each) => [each.url, each]))
const structures = all('StructureDefinition').filter(
  (each) => each.derivation !== 'constraint' && (each.kind === 'resource' || each.kind === 'complex-type'),
)
const lastPart = (url: string) => url.slice(url.lastIndexOf('/') + 1)

const codesUnder = (concepts: readonly Concept[]): string[] =>
  concepts.flatMap((each) => [each.code, ...codesUnder(each.concept ?? [])])

/** System → codes, or undefined when the value set cannot be listed from what we have. */
const expand = (url: string): Record<string, string[]> | undefined => {
  const set = terminology.get(url)
  if (!set?.compose || set.compose.exclude) return undefined
  const result: Record<string, string[]> = {}
  for (const include of set.compose.include) {
    if (include.filter || include.valueSet || !include.system) return undefined
    const system = terminology.get(include.system)
    const codes = include.concept
      ? include.concept.map((each) => each.code)
      : system?.content === 'complete' && system.concept
        ? codesUnder(system.concept)
        : undefined
    if (!codes) return undefined
    result[include.system] = [...(result[include.system] ?? []), ...codes]
  }
  return result
}

const sets: R4['sets'] = []
const setIndex = new Map<string, number>()
const indexOfSet = (canonical: string) => {
  const url = canonical.split('|')[0] as string
  const known = setIndex.get(url)
  if (known !== undefined) return known
  const codes = expand(url)
  const index = codes ? sets.push([url, codes]) - 1 : -1
  setIndex.set(url, index)
  return index
}

const typeOf = (path: string, code: string) => {
  if (!code.startsWith(SYSTEM_TYPE)) return code
  if (path === 'Extension.url') return 'uri'
  const [owner, last, more] = path.split('.')
  const isResourceId =
    last === 'id' && more === undefined && structures.some((s) => s.type === owner && s.kind === 'resource')
  return isResourceId ? 'id' : 'string'
}

const row = (element: Element, isNode: (path: string) => boolean): ElementRow => {
  const name = lastPart(element.path.replaceAll('.', '/'))
  const types = element.contentReference
    ? [element.contentReference]
    : isNode(element.path)
      ? [`#${element.path}`]
      : [...new Set((element.type ?? []).map((each) => typeOf(element.path, each.code)))]
  const targets = new Set(
    (element.type ?? []).filter((each) => each.code === 'Reference').flatMap((each) => each.targetProfile ?? []),
  )
  const set =
    element.binding?.strength === 'required' && element.binding.valueSet ? indexOfSet(element.binding.valueSet) : -1
  return [
    name,
    element.min,
    element.max === '*' ? -1 : Number(element.max),
    types.join('|'),
    [...targets].map(lastPart).join('|'),
    set,
  ]
}

const nodes: R4['nodes'] = {}
for (const structure of structures) {
  const elements = structure.snapshot?.element ?? []
  const parents = new Set(elements.map((each) => each.path.slice(0, Math.max(0, each.path.lastIndexOf('.')))))
  const isNode = (path: string) => parents.has(path)
  for (const parent of elements.filter((each) => isNode(each.path) || each.path === structure.type)) {
    const isRoot = parent.path === structure.type
    const wanted = isRoot ? lastPart(structure.baseDefinition ?? '') : (parent.type?.[0]?.code ?? '')
    const isElement = isRoot && structure.type === 'Element'
    const fallback = isRoot && structure.kind === 'complex-type' && !isElement ? 'Element' : ''
    const parentBase = BASES.includes(wanted) ? wanted : fallback
    const inherited = new Set<string>()
    for (let at = parentBase; at; at = nodes[at]?.[0] ?? '') for (const each of nodesOf(at)) inherited.add(each)
    const own = elements.filter(
      (each) =>
        each.path.startsWith(`${parent.path}.`) &&
        !each.path.slice(parent.path.length + 1).includes('.') &&
        !inherited.has(each.path.slice(parent.path.length + 1)),
    )
    const kind = isRoot && structure.kind === 'resource' && !structure.abstract ? 1 : 0
    nodes[parent.path] = [parentBase, kind, own.map((each) => row(each, isNode))]
  }
}

function nodesOf(base: string): string[] {
  const structure = structures.find((each) => each.type === base)
  const prefix = `${base}.`
  return (structure?.snapshot?.element ?? [])
    .filter((each) => each.path.startsWith(prefix))
    .map((each) => each.path.slice(prefix.length))
}

const resources = Object.keys(nodes).filter((name) => nodes[name]?.[1] === 1)
const search: Record<string, SearchRow[]> = {}
const parameters = all('SearchParameter').filter(
  (each) =>
    each.expression && each.base && !SKIPPED_PARAMETERS.has(each.id) && !each.expression.includes('example.org'),
)
for (const parameter of parameters)
  for (const base of parameter.base ?? []) {
    const expression = CORRECTED[parameter.id] ?? parameter.expression ?? ''
    if (expression.includes('/SearchParameter/')) continue
    const parts = expression.split(' | ').map((each) => each.trim())
    const mine = parts
      .map((each) => (/^[a-z]/.test(each) ? `${base}.${each}` : each))
      .filter((each) => new RegExp(`^\\(?${base}\\b`).test(each))
    if (mine.length === 0) throw new Error(`no expression for ${base} in ${parameter.id}: ${expression}`)
    search[base] ??= []
    const targets = parameter.type === 'reference' ? (parameter.target ?? []).join('|') : ''
    search[base].push([parameter.code, parameter.type, mine.join(' | '), targets])
  }
for (const rows of Object.values(search)) rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))

const patient: Record<string, string[]> = {}
for (const each of read('CompartmentDefinition-patient.json').resource ?? [])
  if (each.param && resources.includes(each.code)) patient[each.code] = each.param

const r4: R4 = { fhir: '4.0.1', nodes, sets, search, patient }
const text = JSON.stringify(r4)
const same = existsSync(target) && gunzipSync(readFileSync(target)).toString('utf8') === text
if (process.argv.includes('--check')) {
  if (!same) throw new Error('src/records/fhir/r4.json.gz is not what tools/prepare-fhir.ts would write')
} else if (!same) writeFileSync(target, gzipSync(text, { level: 9 }))
const bytes = existsSync(target) ? readFileSync(target).length : 0
console.log(
  `${resources.length} resource types, ${sets.length} code lists, ${parameters.length} parameters: ${bytes} bytes`,
)
