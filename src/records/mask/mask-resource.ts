import type { Obligation } from '../../policy/obligations.ts'
import { type Slot, type Table, tableOf } from '../fhir/element-tables.ts'
import type { Resource } from '../fhir/parse-resource.ts'
import { itemsOf, membersOf } from '../fhir/scan-json.ts'
import { type Mark, markSecurity } from './mark-security.ts'
import { maskedMember } from './masked-member.ts'
import { parsePath, type Target } from './parse-path.ts'

const OPEN_ARRAY = 91
const OPEN_OBJECT = 123

type Masking = { readonly target: Target; readonly kind: Obligation['kind']; readonly about: string | undefined }

/**
 * The same resource with every obligation met, and a mark in `meta.security` when one had something to do. Obligations
 * on a type also bind what is contained, and the entries of a Bundle. Where anything was masked, the narrative goes: it
 * says the same again. All else stays byte for byte. `json` is whitespace-free JSON of a valid resource; throws Error
 * for a path that is none. Source of the marks: HL7 v3-ObservationValue; of `masked`: FHIR R4 data-absent-reason.
 */
export function maskResource(json: Buffer, obligations: readonly Obligation[]): Buffer {
  if (obligations.length === 0) return json
  let text = json.toString()
  const about = aboutOf(JSON.parse(text) as Resource)
  const marks = new Set<Mark>()
  for (const { kind, path } of obligations) {
    const masked = maskNode(text, { target: parsePath(path), kind, about })
    if (masked === text) continue
    text = masked
    marks.add(kind === 'generalise' ? 'MASKED' : 'REDACTED')
  }
  return marks.size === 0 ? json : Buffer.from(markSecurity(text, marks))
}

/** One resource, and those in it. */
function maskNode(text: string, masking: Masking): string {
  const type = typeOf(text)
  const { target } = masking
  const table = tableOf(type)
  const own = target.type === type ? (maskObject(text, table, target.steps, masking) ?? '{}') : text
  const inner = maskInner(own, type, masking)
  return inner === text ? text : withoutNarrative(inner)
}

const typeOf = (text: string): string => {
  const found = membersOf(text, 0).find((one) => one.key === 'resourceType')
  if (found === undefined) throw new Error('what is to be masked is no resource')
  return JSON.parse(text.slice(found.start, found.end)) as string
}

/** Resources that lie in this one: contained, or entries of a Bundle. */
function maskInner(text: string, type: string, masking: Masking): string {
  const inItems = (start: number, mask: (item: string) => string): string =>
    `[${itemsOf(text, start)
      .map((item) => mask(text.slice(item.start, item.end)))
      .join()}]`
  const entry = (item: string): string => replaced(item, 'resource', (inner) => maskNode(inner, masking))
  return membersOf(text, 0).reduceRight((whole, { key, start, end }) => {
    if (key === 'contained')
      return splice(
        whole,
        start,
        end,
        inItems(start, (item) => maskNode(item, masking)),
      )
    return key === 'entry' && type === 'Bundle' ? splice(whole, start, end, inItems(start, entry)) : whole
  }, text)
}

const splice = (text: string, start: number, end: number, by: string): string =>
  `${text.slice(0, start)}${by}${text.slice(end)}`

function replaced(text: string, key: string, by: (value: string) => string): string {
  const found = membersOf(text, 0).find((one) => one.key === key)
  return found === undefined ? text : splice(text, found.start, found.end, by(text.slice(found.start, found.end)))
}

/** An object with what is named replaced; undefined when nothing is left of it. */
function maskObject(text: string, table: Table, steps: readonly string[], masking: Masking): string | undefined {
  const [step, ...rest] = steps
  const kept: string[] = []
  const done = new Set<string>()
  let touched = false
  for (const member of membersOf(text, 0)) {
    const { key, from, start, end } = member
    const slot = table.slots.get(key.startsWith('_') ? key.slice(1) : key)
    if (slot === undefined || (slot.element.name !== step && slot.key !== step)) {
      kept.push(text.slice(from, end))
      continue
    }
    if (rest.length === 0) {
      touched = true
      // The value and its sister are one element: what takes their place comes once.
      if (key.startsWith('_') && table.slots.has(key.slice(1)) && hasMember(text, key.slice(1))) continue
      const by = done.has(slot.key) ? undefined : maskedMember(text, member, slot, masking.kind, masking.about)
      done.add(slot.key)
      if (by !== undefined) kept.push(by)
      continue
    }
    const value = text.slice(start, end)
    const by = maskValue(value, slot, rest, masking)
    touched ||= by !== value
    if (by !== undefined) kept.push(`${text.slice(from, start)}${by}`)
  }
  if (!touched) return text
  return kept.length === 0 ? undefined : `{${kept.join()}}`
}

const hasMember = (text: string, key: string): boolean => membersOf(text, 0).some((one) => one.key === key)

function maskValue(value: string, slot: Slot, steps: readonly string[], masking: Masking): string | undefined {
  if (slot.kind !== 'complex') return value
  if (value.charCodeAt(0) === OPEN_OBJECT) return maskObject(value, slot.table(), steps, masking)
  if (value.charCodeAt(0) !== OPEN_ARRAY) return value
  const items = itemsOf(value, 0).flatMap(
    ({ start, end }) => maskValue(value.slice(start, end), slot, steps, masking) ?? [],
  )
  return items.length === 0 ? undefined : `[${items.join()}]`
}

const withoutNarrative = (text: string): string => {
  const kept = membersOf(text, 0).filter((one) => one.key !== 'text')
  return `{${kept.map(({ from, end }) => text.slice(from, end)).join()}}`
}

/** What a record is about, in the words of its first category: all that is left of a code that is generalised. */
function aboutOf({ category }: Resource): string | undefined {
  type Concept = { text?: unknown; coding?: { display?: unknown }[] } | undefined
  const first = (Array.isArray(category) ? category[0] : category) as Concept
  const words = first?.text ?? first?.coding?.find((one) => typeof one.display === 'string')?.display
  return typeof words === 'string' ? words : undefined
}
