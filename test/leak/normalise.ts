import type { Heard } from './speak.ts'

/**
 * What may differ between two answers that say the same. Everything else is compared byte for byte. A server that varies
 * something else of every answer names it in `headers` (their values are passed over, never their presence).
 */
export const VARYING_HEADERS: readonly string[] = [
  'date',
  'age',
  'x-request-id',
  'x-correlation-id',
  'request-id',
  'traceparent',
  'server-timing',
  'chartwarden-receipt',
  'chartwarden-promise',
]
/** Of an answer to a write or about one record: they say when, and under which id. The text is compared without these. */
const OF_A_WRITE: readonly string[] = ['last-modified', 'location', 'content-location', 'content-length', 'etag']

export type Seen = {
  readonly status: number
  readonly headers: string
  readonly text: string
  readonly length: number
}

type Rule = readonly [RegExp, string]

/** What a page link carries is opaque: whose it is and where it goes on. */
const CURSORS: readonly Rule[] = [
  [/([?&](?:_cursor|_getpages|_page_token|ct|__t|_searchId|page-id|__page-id)=)[^"&]+/g, '$1{cursor}'],
]
/** Of a Bundle itself, not of what is in it: an id and times of its own. */
const OF_THE_BUNDLE: readonly Rule[] = [
  [/^(\{"resourceType":"Bundle",)"id":"[^"]*",/, '$1'],
  [/^(\{"resourceType":"Bundle",(?:"id":"[^"]*",)?)"meta":\{[^{}]*\},/, '$1'],
  [/^(\{"resourceType":"Bundle"(?:,"[a-zA-Z]+":"[^"]*")*),"timestamp":"[^"]*"/, '$1'],
]
const IDS_AND_TIMES: readonly Rule[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{uuid}'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '{instant}'],
]

const applied = (text: string, rules: readonly Rule[]): string =>
  rules.reduce((some, [from, to]) => some.replace(from, to), text)

/** The same question about the same records before and after: their ids and times stand. */
export const seenOfQuery = (heard: Heard, varying: readonly string[]): Seen =>
  seen(heard, varying, (text) => applied(text, [...CURSORS, ...OF_THE_BUNDLE]))

/** Two questions about two targets: what names the target, new ids and times are taken out. */
export const seenOfProbe = (heard: Heard, varying: readonly string[], names: readonly string[]): Seen =>
  seen(heard, [...varying, ...OF_A_WRITE], (text) =>
    applied(
      names.reduce((some, name) => some.replaceAll(name, '{target}'), text),
      [...CURSORS, ...IDS_AND_TIMES],
    ),
  )

function seen(heard: Heard, varying: readonly string[], rule: (text: string) => string): Seen {
  const headers = heard.headers.map(([name, value]) => `${name}: ${varying.includes(name) ? '…' : rule(value)}`)
  return { status: heard.status, headers: headers.join('\n'), text: rule(heard.text), length: heard.text.length }
}

/** How two differ, in a line, or undefined. */
export function differenceOf(one: Seen, other: Seen): string | undefined {
  if (one.status !== other.status) return `status ${one.status} and ${other.status}`
  if (one.text !== other.text) {
    let at = 0
    while (one.text[at] === other.text[at]) at++
    const around = (text: string) => text.slice(Math.max(0, at - 40), at + 60)
    return `text: …${around(one.text)}… and …${around(other.text)}…`
  }
  if (one.headers !== other.headers) {
    const names = new Set(other.headers.split('\n'))
    return `headers: ${one.headers.split('\n').find((line) => !names.has(line)) ?? 'one more'}`
  }
  return one.length === other.length ? undefined : `length ${one.length} and ${other.length}`
}
