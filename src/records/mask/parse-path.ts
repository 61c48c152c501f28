import { isResourceType } from '../fhir/definitions.ts'
import { type Table, tableOf } from '../fhir/element-tables.ts'

export type Target = { readonly type: string; readonly steps: readonly string[] }

const PATH = /^([A-Z][A-Za-z]+)((?:\.[a-z][A-Za-z0-9]*(?:\[x\])?)+)$/
/** Without these it would be no resource, or another. */
const KEPT = new Set(['resourceType', 'id', 'meta', 'contained'])

/** Throws Error for what is no path, and for what cannot be masked. */
export function parsePath(path: string): Target {
  const [, type, rest] = PATH.exec(path) ?? []
  const steps = rest?.slice(1).replaceAll('[x]', '').split('.') ?? []
  if (type === undefined || KEPT.has(steps[0] as string)) throw new Error(`${path} is no path to what can be masked`)
  return { type, steps }
}

/** Throws Error for a path that names nothing of FHIR R4: it would mask nothing. */
export function checkPath(path: string): void {
  const { type, steps } = parsePath(path)
  if (!isResourceType(type)) throw new Error(`${path}: ${type} is no resource type of FHIR R4`)
  let tables: Table[] = [tableOf(type)]
  for (const step of steps) {
    const slots = tables.flatMap((table) =>
      [...table.slots.values()].filter(({ key, element }) => element.name === step || key === step),
    )
    if (slots.length === 0) throw new Error(`${path}: there is no ${step}`)
    tables = slots.flatMap((slot) => (slot.kind === 'complex' ? [slot.table()] : []))
  }
}
