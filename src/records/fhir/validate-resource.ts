import type { Issue } from '../../kernel/refusal.ts'
import { checkNarrative } from './check-narrative.ts'
import { readReference } from './check-reference.ts'
import { isResourceType } from './definitions.ts'
import { type Binding, type Slot, type Table, tableOf } from './element-tables.ts'
import type { Resource } from './parse-resource.ts'

type Json = Record<string, unknown>

/** Where the walk is. The path is only turned into FHIRPath when there is something to say. */
type Walk = {
  readonly root: string
  readonly path: (string | number)[]
  readonly issues: Issue[]
  /** The resource that holds the contained ones. */
  container: Json
  containedIds: Set<unknown> | undefined
  isContained: boolean
}

const MOST_ISSUES = 50

const report = (walk: Walk, code: string, text: string): undefined => {
  if (walk.issues.length >= MOST_ISSUES) return undefined
  const expression = walk.path.reduce<string>(
    (before, step) => (typeof step === 'number' ? `${before}[${step}]` : `${before}.${step}`),
    walk.root,
  )
  walk.issues.push({ severity: 'error', code, text, expression })
  return undefined
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const safeName = (key: string) => (/^\w{1,64}$/.test(key) ? key : 'with a name FHIR does not use')

const checkReference = (walk: Walk, slot: Slot, value: Json): undefined => {
  const { reference, type } = value
  if (typeof reference !== 'string') {
    if (typeof type === 'string' && slot.targets && isResourceType(type) && !slot.targets.has(type))
      report(walk, 'value', `may not refer to a ${type}`)
    return
  }
  const reading = readReference(reference)
  if (reading.kind === 'malformed') return report(walk, 'value', 'reference is no literal FHIR reference')
  if (reading.kind === 'opaque') return
  let target: unknown
  if (reading.kind === 'contained') {
    const contained = walk.container.contained
    if (reading.id === '') target = walk.isContained ? walk.container.resourceType : undefined
    else if (Array.isArray(contained))
      target = (contained as unknown[]).find(
        (each): each is Json => isObject(each) && each.id === reading.id,
      )?.resourceType
    if (typeof target !== 'string')
      return report(walk, 'invariant', 'reference to a contained resource that is not there')
  } else target = reading.type
  if (slot.targets && !slot.targets.has(target as string))
    report(walk, 'value', `may not refer to a ${safeName(target as string)}`)
  if (typeof type === 'string' && isResourceType(type) && type !== target)
    report(walk, 'value', 'type and reference disagree')
}

const codingAllowed = (coding: unknown, { codings }: Binding) =>
  isObject(coding) && codings.has(`${String(coding.system)}|${String(coding.code)}`)

const checkBinding = (walk: Walk, slot: Slot, value: Json, allowed: Binding): void => {
  const ok =
    slot.type === 'Coding' || slot.type === 'Quantity'
      ? codingAllowed(value, allowed)
      : Array.isArray(value.coding) && value.coding.some((each) => codingAllowed(each, allowed))
  if (!ok && value.extension === undefined)
    report(walk, 'code-invalid', `no code from the required value set ${allowed.valueSet}`)
}

const checkNested = (walk: Walk, slot: Slot, value: unknown): undefined => {
  if (!isObject(value)) return report(walk, 'structure', 'must be a resource')
  const type = value.resourceType
  if (typeof type !== 'string' || !isResourceType(type))
    return report(walk, 'structure', 'has no resourceType of FHIR R4')
  if (slot.key !== 'contained') {
    const { container, containedIds, isContained } = walk
    Object.assign(walk, { container: value, containedIds: undefined, isContained: false })
    checkNode(walk, tableOf(type), value, true)
    Object.assign(walk, { container, containedIds, isContained })
    return
  }
  if (walk.isContained) return report(walk, 'invariant', 'a contained resource may not contain another (dom-2)')
  walk.containedIds ??= new Set()
  if (value.id === undefined) report(walk, 'invariant', 'a contained resource needs an id')
  else if (walk.containedIds.has(value.id)) report(walk, 'invariant', 'two contained resources have the same id')
  walk.containedIds.add(value.id)
  if (isObject(value.meta) && (value.meta.versionId !== undefined || value.meta.lastUpdated !== undefined))
    report(walk, 'invariant', 'a contained resource has no version of its own (dom-4)')
  walk.isContained = true
  checkNode(walk, tableOf(type), value, true)
  walk.isContained = false
}

const checkValue = (walk: Walk, slot: Slot, value: unknown): undefined => {
  switch (slot.kind) {
    case 'primitive':
      if (!slot.check(value)) report(walk, 'value', `is not a valid ${slot.type}`)
      else if (slot.allowed && !slot.allowed.codes.has(value as string))
        report(walk, 'code-invalid', `is not a code of the required value set ${slot.allowed.valueSet}`)
      return
    case 'complex':
      if (!isObject(value)) return report(walk, 'structure', `must be an object (${slot.type.replace('#', '')})`)
      checkNode(walk, slot.table(), value, false)
      if (slot.type === 'Reference') checkReference(walk, slot, value)
      else if (slot.type === 'Extension') {
        const hasValue = Object.keys(value).some((key) => key.startsWith('value') || key.startsWith('_value'))
        if (hasValue === (value.extension !== undefined))
          report(walk, 'invariant', 'an extension has either a value or extensions (ext-1)')
      } else if (slot.allowed) checkBinding(walk, slot, value, slot.allowed)
      return
    case 'xhtml': {
      const problem = checkNarrative(value)
      if (problem !== undefined) report(walk, 'invalid', `the narrative ${problem}`)
      return
    }
    case 'resource':
      return checkNested(walk, slot, value)
  }
}

const checkList = (walk: Walk, slot: Slot, value: unknown, siblings: unknown): undefined => {
  if (!Array.isArray(value)) return report(walk, 'structure', 'must be a list')
  if (value.length === 0) return report(walk, 'structure', 'is an empty list')
  const { min, max } = slot.element
  if (value.length < min) report(walk, 'required', `needs at least ${min}`)
  if (max !== -1 && value.length > max) report(walk, 'structure', `may not be repeated more than ${max} times`)
  for (let index = 0; index < value.length; index++) {
    walk.path.push(index)
    const item: unknown = value[index]
    if (item === null && slot.kind === 'primitive') {
      if (!Array.isArray(siblings) || !isObject(siblings[index]))
        report(walk, 'structure', 'is null and has no extension')
    } else checkValue(walk, slot, item)
    walk.path.pop()
  }
}

/** `_name`: the id and extensions of a primitive. */
const checkSibling = (walk: Walk, slot: Slot, value: unknown, partner: unknown): undefined => {
  const table = tableOf('Element')
  const one = (item: unknown, hasPartner: boolean) => {
    if (!isObject(item)) return report(walk, 'structure', 'must be an object with an id or extensions')
    return checkNode(walk, table, item, hasPartner)
  }
  if (!slot.isArray) return one(value, partner !== undefined)
  if (!Array.isArray(value) || value.length === 0) return report(walk, 'structure', 'must be a list')
  if (Array.isArray(partner) && partner.length !== value.length)
    report(walk, 'structure', 'values and extensions differ in number')
  for (let index = 0; index < value.length; index++) {
    walk.path.push(index)
    const item: unknown = value[index]
    if (item !== null) one(item, Array.isArray(partner) && partner[index] !== null)
    else if (!Array.isArray(partner) || (partner[index] ?? null) === null)
      report(walk, 'structure', 'is null and has no value')
    walk.path.pop()
  }
}

function checkNode(walk: Walk, table: Table, value: Json, mayBeBare: boolean): undefined {
  let choices = 0
  let count = 0
  for (const key in value) {
    count++
    let slot = table.slots.get(key)
    const isSibling = slot === undefined && key.startsWith('_')
    if (isSibling) slot = table.slots.get(key.slice(1))
    if (slot === undefined || (isSibling && slot.kind !== 'primitive')) {
      if (key !== 'resourceType' || !table.isResource)
        report(walk, 'structure', `has an unknown element ${safeName(key)}`)
      continue
    }
    if (slot.choice !== 0 && (!isSibling || value[slot.key] === undefined)) {
      if ((choices & slot.choice) !== 0) report(walk, 'structure', `may have only one ${slot.element.name}[x]`)
      choices |= slot.choice
    }
    walk.path.push(slot.label)
    const item = value[key]
    if (isSibling) checkSibling(walk, slot, item, value[slot.key])
    else if (slot.isArray) checkList(walk, slot, item, slot.kind === 'primitive' ? value[`_${key}`] : undefined)
    else if (Array.isArray(item)) report(walk, 'structure', 'may not be a list')
    else checkValue(walk, slot, item)
    walk.path.pop()
  }
  if (count === 0 || (!mayBeBare && count === 1 && value.id !== undefined))
    report(walk, 'invariant', 'is empty (ele-1)')
  for (const { name, keys } of table.required) {
    let found = false
    for (const key of keys) if (value[key] !== undefined) found = true
    if (!found) report(walk, 'required', `needs ${name}`)
  }
  return undefined
}

/**
 * What is wrong with a resource by the definitions of FHIR R4: structure, types, cardinality, choices, required
 * bindings, references, narrative safety, and the invariants ele-1, ext-1, ref-1, dom-2 and dom-4. An empty array
 * when it is valid, at most 50 issues otherwise. Issues never quote the resource's content.
 */
export function validateResource(resource: Resource): Issue[] {
  const issues: Issue[] = []
  const root = resource.resourceType
  if (!isResourceType(root)) return [{ severity: 'error', code: 'structure', text: 'has no resourceType of FHIR R4' }]
  const walk: Walk = { root, path: [], issues, container: resource, containedIds: undefined, isContained: false }
  checkNode(walk, tableOf(root), resource, true)
  return issues
}
