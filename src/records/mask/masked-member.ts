import type { Obligation } from '../../policy/obligations.ts'
import type { Slot } from '../fhir/element-tables.ts'
import { itemsOf, type Member, membersOf } from '../fhir/scan-json.ts'

const MASKED =
  '{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}'
const QUOTE = 34
const OPEN_ARRAY = 91
const YEAR = /^"(\d{4})/
const KEPT_OF_ADDRESS = new Set(['country', 'state'])

/**
 * What takes the place of a member that an obligation names: a member again, or undefined when it is left out.
 * `about` is what the record is about, in words, for codes that are generalised.
 */
export function maskedMember(
  text: string,
  member: Member,
  slot: Slot,
  kind: Obligation['kind'],
  about: string | undefined,
): string | undefined {
  if (kind === 'hide') return undefined
  // A sister (`_birthDate`) has nothing but extensions, which may say the same again.
  if (kind === 'generalise' && !member.key.startsWith('_')) {
    const general = generalMember(text, member, slot.type, about)
    if (general !== undefined) return `${JSON.stringify(slot.key)}:${general}`
  }
  if (slot.kind === 'resource') return undefined
  const key = slot.kind === 'complex' ? slot.key : `_${slot.key}`
  return `${JSON.stringify(key)}:${slot.isArray ? `[${MASKED}]` : MASKED}`
}

/** The value, less exact; undefined when nothing of it can be kept. */
function generalMember(text: string, { start, end }: Member, type: string, about: string | undefined) {
  if (text.charCodeAt(start) !== OPEN_ARRAY) return generalValue(text, start, end, type, about)
  const items = itemsOf(text, start).map((item) => generalValue(text, item.start, item.end, type, about))
  return items.length === 0 || items.includes(undefined) ? undefined : `[${[...new Set(items)].join()}]`
}

function generalValue(text: string, start: number, end: number, type: string, about: string | undefined) {
  switch (type) {
    case 'date':
    case 'dateTime': {
      const year = YEAR.exec(text.slice(start, end))?.[1]
      return year && `"${year}"`
    }
    case 'Period':
      return objectOf(
        membersOf(text, start).flatMap((one) => {
          const year = text.charCodeAt(one.start) === QUOTE && YEAR.exec(text.slice(one.start, one.end))?.[1]
          return year && (one.key === 'start' || one.key === 'end') ? [`"${one.key}":"${year}"`] : []
        }),
      )
    case 'Address':
      return objectOf(
        membersOf(text, start).flatMap((one) => (KEPT_OF_ADDRESS.has(one.key) ? [text.slice(one.from, one.end)] : [])),
      )
    case 'CodeableConcept':
      return about && `{"text":${JSON.stringify(about)}}`
    case 'Coding':
      return about && `{"display":${JSON.stringify(about)}}`
    default:
      return undefined
  }
}

const objectOf = (members: readonly string[]): string | undefined =>
  members.length === 0 ? undefined : `{${members.join()}}`
