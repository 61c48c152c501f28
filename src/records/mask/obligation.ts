/** What must be done to a record before it may leave. A path is `Type.element.element`; a choice is named `value`. */
export type Obligation =
  /** The element is left out. */
  | { readonly kind: 'hide'; readonly path: string }
  /** The element says that it was masked, and nothing else. */
  | { readonly kind: 'redact'; readonly path: string }
  /** Dates to the year, addresses to country and state, codes to what they are about; anything else as `redact`. */
  | { readonly kind: 'generalise'; readonly path: string }

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
