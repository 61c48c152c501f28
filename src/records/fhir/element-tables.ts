import { type ElementDefinition, elementsOf, isComplex, isResourceType } from './definitions.ts'
import { type PrimitiveCheck, primitiveCheck } from './primitive-checks.ts'

/** One JSON member a node may have: a concrete element, or one type of a choice. */
export type Slot = {
  /** The JSON name, e.g. valueQuantity. */
  readonly key: string
  /** Its FHIRPath step, e.g. value.ofType(Quantity). */
  readonly label: string
  readonly element: ElementDefinition
  readonly type: string
  readonly isArray: boolean
  readonly kind: 'primitive' | 'complex' | 'resource' | 'xhtml'
  readonly check: PrimitiveCheck
  /** Bit of the choice this slot belongs to, else 0. */
  readonly choice: number
  readonly allowed: Binding | undefined
  readonly targets: ReadonlySet<string> | undefined
  /** The table of the content, built on first use. */
  table(): Table
}

export type Binding = {
  readonly codes: ReadonlySet<string>
  /** `system|code`. */
  readonly codings: ReadonlySet<string>
  readonly valueSet: string
}

export type Table = {
  readonly isResource: boolean
  readonly slots: ReadonlyMap<string, Slot>
  readonly required: readonly { readonly name: string; readonly keys: readonly string[] }[]
  readonly choices: readonly string[]
}

const never: PrimitiveCheck = () => false
const bindings = new Map<string, Binding>()

const bindingOf = (element: ElementDefinition): Binding | undefined => {
  const { codes, valueSet } = element
  if (!codes || !valueSet) return undefined
  let binding = bindings.get(valueSet)
  if (!binding) {
    const pairs = Object.entries(codes).flatMap(([system, list]) => list.map((code) => `${system}|${code}`))
    binding = { codes: new Set(Object.values(codes).flat()), codings: new Set(pairs), valueSet }
    bindings.set(valueSet, binding)
  }
  return binding
}

export const capitalised = (type: string): string => type.charAt(0).toUpperCase() + type.slice(1)

const kindOf = (type: string): Slot['kind'] =>
  type === 'xhtml' ? 'xhtml' : type === 'Resource' ? 'resource' : isComplex(type) ? 'complex' : 'primitive'

const slotOf = (element: ElementDefinition, type: string, choice: number): Slot => {
  const kind = kindOf(type)
  let content: Table | undefined
  return {
    key: element.isChoice ? element.name + capitalised(type) : element.name,
    label: element.isChoice ? `${element.name}.ofType(${type})` : element.name,
    element,
    type,
    isArray: element.max !== 1,
    kind,
    check: kind === 'primitive' ? primitiveCheck(type) : never,
    choice,
    allowed: bindingOf(element),
    targets: element.targets.length > 0 ? new Set(element.targets) : undefined,
    table: () => {
      content ??= tableOf(type.startsWith('#') ? type.slice(1) : type)
      return content
    },
  }
}

const tables = new Map<string, Table>()

/** What a node ('Patient', 'Patient.contact', 'HumanName') may hold, by JSON member; built once. */
export function tableOf(node: string): Table {
  const known = tables.get(node)
  if (known) return known
  const slots = new Map<string, Slot>()
  const required: { name: string; keys: string[] }[] = []
  const choices: string[] = []
  for (const element of elementsOf(node)) {
    const choice = element.isChoice ? 1 << (choices.push(element.name) - 1) : 0
    const mine = element.types.map((type) => slotOf(element, type, choice))
    for (const slot of mine) slots.set(slot.key, slot)
    if (element.min > 0)
      required.push({
        name: element.name,
        keys: mine.flatMap(({ key, kind }) => (kind === 'primitive' ? [key, `_${key}`] : [key])),
      })
  }
  const table = { isResource: isResourceType(node), slots, required, choices }
  tables.set(node, table)
  return table
}
