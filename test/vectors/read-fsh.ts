/** Reads instances of FHIR Shorthand: exactly what the PCF examples use, and throws for anything else. */
const REPEATS = new Set(
  'security category performer organization policy actor purpose securityLabel data provision.provision'.split(' '),
)
const CONCEPTS = new Set(['scope', 'category', 'role'])

type Json = Record<string, unknown>

/** The resources of one type, by id. `extra` finds the resource type of a profile. */
export function readFsh(text: string, profiles: Readonly<Record<string, string>>): Map<string, Json> {
  const found = new Map<string, Json>()
  const plain = text.replaceAll('\r', '').replaceAll(/"""[\s\S]*?"""/g, '""')
  for (const block of plain.split(/^(?=(?:Instance|Profile|ValueSet|RuleSet):)/m)) {
    const id = /^Instance:\s*(\S+)/.exec(block)?.[1]
    const profile = /^InstanceOf:\s*(\S+)/m.exec(block)?.[1]
    const resourceType = profile === undefined ? undefined : profiles[profile]
    if (id === undefined || resourceType === undefined) continue
    const resource: Json = { resourceType, id }
    const counts = new Map<string, number>()
    for (const [, path, value] of block.matchAll(/^\*\s+(\S+)\s*=\s*(.+)$/gm))
      assign(resource, path as string, (value as string).trim(), counts)
    found.set(id, resource)
  }
  return found
}

function assign(resource: Json, path: string, value: string, counts: Map<string, number>): void {
  let at: Json = resource
  const steps = path.split('.')
  steps.forEach((step, n) => {
    const [, name, ...marks] = /^(\w+)(?:\[([^\]]+)\])?(?:\[([^\]]+)\])?$/.exec(step) ?? []
    if (name === undefined) throw new Error(`cannot read ${path}`)
    const last = n === steps.length - 1
    const repeats = REPEATS.has(name) || REPEATS.has(`${steps[n - 1]}.${name}`)
    const leaf = last ? leafOf(name, value) : undefined
    if (!repeats) {
      if (last) at[name] = leaf
      else at = made(at, name, {}) as Json
      return
    }
    const list = made(at, name, []) as unknown[]
    const key = steps
      .slice(0, n + 1)
      .join('.')
      .replaceAll(/\[[^\]]*\]/g, '')
    const mark = marks.find((one) => one === '+' || one === '=')
    const position = mark === '+' ? list.length : (counts.get(key) ?? 0)
    counts.set(key, position)
    if (last) list[position] = leaf
    else at = made(list as unknown as Json, String(position), {}) as Json
  })
}

function made(at: Json, name: string, empty: unknown): unknown {
  at[name] ??= empty
  return at[name]
}

function leafOf(name: string, value: string): unknown {
  const quoted = /^"([^"]*)"$/.exec(value)?.[1]
  if (quoted !== undefined) return quoted
  const reference = /^Reference\((.+)\)$/.exec(value)?.[1]
  if (reference !== undefined) return { reference }
  const code = /^(\S*?)#(\S+)(?:\s+"[^"]*")?$/.exec(value)
  if (code !== null) {
    if (code[1] === '') return code[2]
    const coding = { system: code[1], code: code[2] }
    return CONCEPTS.has(name) ? { coding: [coding] } : coding
  }
  if (/^[\d-]+$/.test(value)) return value
  throw new Error(`cannot read the value ${value}`)
}
