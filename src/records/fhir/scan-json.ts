/**
 * Reading JSON text in place, so that a resource can be cut and changed without re-serialising it (number
 * lexemes like 1.10 are content in FHIR). Everything but `outline` expects text that JSON.parse accepts.
 */
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

export type Outline = {
  /** Object members, counted by their colons. */
  members: number
  /** Deepest nesting of objects and arrays; the scan stops beyond the limit. */
  depth: number
  /** The same text without insignificant whitespace. */
  compact: string
}

/** Index of the quote that closes the string opened at `open`; the text's length when it is not closed. */
export function stringEnd(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close !== -1) {
    let before = close - 1
    while (before > open && text.charCodeAt(before) === BACKSLASH) before--
    if ((close - before) % 2 === 1) return close
    close = text.indexOf('"', close + 1)
  }
  return text.length
}

/** One pass over any text: never throws, and means something only if JSON.parse accepts the text too. */
export function outline(text: string, depthLimit: number): Outline {
  const length = text.length
  let members = 0
  let depth = 0
  let deepest = 0
  let kept = 0
  let compact = ''
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = stringEnd(text, at)
    else if (code === COLON) members++
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (++depth > deepest) {
        deepest = depth
        if (deepest > depthLimit) break
      }
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth--
    else if (code === 32 || code === 10 || code === 13 || code === 9) {
      compact += text.slice(kept, at)
      while (++at < length) {
        const next = text.charCodeAt(at)
        if (next !== 32 && next !== 10 && next !== 13 && next !== 9) break
      }
      kept = at--
    }
  }
  return { members, depth: deepest, compact: kept === 0 ? text : compact + text.slice(kept) }
}

/** Index just after the value that starts at `start`, in whitespace-free text. */
function valueEnd(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === QUOTE) return stringEnd(text, start) + 1
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = stringEnd(text, at)
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth++
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      if (depth <= 1) return depth === 1 ? at + 1 : at
      depth--
    } else if (code === COMMA && depth === 0) return at
  }
  return text.length
}

/** A member of an object: its key, where the member starts (the key's quote), and its value's span. */
export type Member = { key: string; from: number; start: number; end: number }

/** The members of the object that starts at `start`, in order, in whitespace-free text. */
export function membersOf(text: string, start: number): Member[] {
  const members: Member[] = []
  let at = start + 1
  while (text.charCodeAt(at) === QUOTE) {
    const close = stringEnd(text, at)
    const raw = text.slice(at + 1, close)
    const end = valueEnd(text, close + 2)
    members.push({
      key: raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw,
      from: at,
      start: close + 2,
      end,
    })
    at = end + 1
  }
  return members
}

/** The spans of the items of the array that starts at `start`, in whitespace-free text. */
export function itemsOf(text: string, start: number): { start: number; end: number }[] {
  const items: { start: number; end: number }[] = []
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== CLOSE_ARRAY) {
    const end = valueEnd(text, at)
    items.push({ start: at, end })
    if (text.charCodeAt(end) !== COMMA) break
    at = end + 1
  }
  return items
}
