/**
 * Whether a narrative is safe and well-formed XHTML, as FHIR R4 permits it
 * (http://hl7.org/fhir/R4/narrative.html: HTML 4.0 chapters 7 to 11 and 15, no scripts, forms or external content).
 */
const ELEMENTS = new Set(
  (
    'p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr ' +
    'address bdo kbd sub sup ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code ' +
    'samp img map area u s strike del ins center font'
  ).split(' '),
)
const ATTRIBUTES = new Set(
  (
    'title style class id lang xml:lang xml:space dir accesskey tabindex href name type charset hreflang rel rev ' +
    'src alt longdesc height width usemap ismap shape coords nohref cite datetime summary border frame rules ' +
    'cellspacing cellpadding bgcolor align valign char charoff abbr axis headers scope rowspan colspan span nowrap ' +
    'xmlns start value compact clear noshade size color face'
  ).split(' '),
)
const XHTML = 'http://www.w3.org/1999/xhtml'
const TAG = /<(\/?)([A-Za-z][A-Za-z0-9:_-]*)((?:\s+[A-Za-z_][A-Za-z0-9:_.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const ATTRIBUTE = /([A-Za-z_][A-Za-z0-9:_.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const ENTITY = /&(?!(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)/
const NUMERIC = /&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));/g
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const URLS = new Set(['href', 'src', 'cite', 'longdesc', 'usemap'])
/** Named entities a browser could read as part of a scheme, such as &colon;. */
const UNCLEAR = /&(?!#|amp;|lt;|gt;|quot;|apos;)/
// Browsers skip these inside a scheme.
const IGNORED = /[\0-\x20\x7f-\xa0\u2028\u2029]/g
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/
const LINK_SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:', 'urn:', 'ftp:'])
const IMAGE = /^data:image\/(?:png|gif|jpe?g|webp|bmp);base64,/i
const STYLE_IMAGE = /url\(\s*['"]?data:image\/(?:png|gif|jpeg);base64,[A-Za-z0-9+/=]*['"]?\s*\)/gi
/** What loads from elsewhere, runs, hides such things, or covers the page around the narrative. */
const STYLE =
  /expression|javascript|behaviou?r|position\s*:\s*(?:fixed|absolute|sticky)|@|-moz-binding|\\|\/\*|\/\/|image-set|image\(|src\(|element\(|url\((?!\s*['"]?[\w#./-]+['"]?\s*\))/i
const DEEPEST = 200

const point = (digits: string, radix: number) => {
  const code = Number.parseInt(digits, radix)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
const decode = (value: string) =>
  value.includes('&')
    ? value
        .replace(NUMERIC, (_all, hex?: string, decimal?: string) => (hex ? point(hex, 16) : point(decimal ?? '0', 10)))
        .replace(/&([A-Za-z]+);/g, (all, name: string) => (Object.hasOwn(NAMED, name) ? (NAMED[name] ?? all) : all))
    : value

const checkAttribute = (element: string, name: string, raw: string): string | undefined => {
  if (!ATTRIBUTES.has(name)) return `attribute ${name} is not permitted on ${element}`
  if (ENTITY.test(raw)) return `a bare & in attribute ${name}`
  if (name === 'xmlns') return raw === XHTML ? undefined : 'a foreign namespace'
  const isActive = URLS.has(name) || name === 'style'
  if (isActive && UNCLEAR.test(raw)) return `an entity in ${name} that is not needed there`
  if (name === 'style')
    return STYLE.test(decode(raw).replace(STYLE_IMAGE, '')) ? 'a style that loads or runs something' : undefined
  if (!isActive) return undefined
  const link = decode(raw).replace(IGNORED, '')
  const scheme = SCHEME.exec(link)?.[0].toLowerCase()
  if (name === 'src') {
    const isLocal = scheme === undefined && !/^[\\/]{2}/.test(link)
    return isLocal || IMAGE.test(link) ? undefined : 'an image from outside'
  }
  return scheme === undefined || LINK_SCHEMES.has(scheme)
    ? undefined
    : `a link of a kind that is not permitted in ${name}`
}

const checkAttributes = (element: string, text: string): string | undefined => {
  const seen = new Set<string>()
  for (const [, name = '', double, single] of text.matchAll(ATTRIBUTE)) {
    if (seen.has(name)) return `attribute ${name} twice on ${element}`
    seen.add(name)
    const problem = checkAttribute(element, name, double ?? single ?? '')
    if (problem) return problem
  }
  return undefined
}

/** The first problem of a narrative's `div`, in words, or undefined when it has none. Linear in the text. */
export function checkNarrative(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is not a string'
  const text = value.trim()
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) return 'holds control characters'
  if (!text.startsWith('<div')) return 'does not start with a div element'
  const open: string[] = []
  let hasContent = false
  let at = 0
  while (at < text.length) {
    if (text.charCodeAt(at) !== 60) {
      if (open.length === 0) return 'holds text outside its div element'
      const next = text.indexOf('<', at)
      const end = next === -1 ? text.length : next
      const words = text.slice(at, end)
      if (ENTITY.test(words)) return 'holds a bare &'
      if (words.includes(']]>')) return 'holds ]]>'
      hasContent ||= words.trim() !== ''
      at = end
      continue
    }
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('--', at + 4)
      if (open.length === 0 || end === -1 || text[end + 2] !== '>') return 'holds a malformed comment'
      at = end + 3
      continue
    }
    TAG.lastIndex = at
    const tag = TAG.exec(text)
    if (!tag) return 'is not well-formed XHTML'
    const [all, closing, name = '', attributes = '', empty] = tag
    at += all.length
    if (closing) {
      if (attributes || empty || open.pop() !== name) return `closes ${name} where it is not open`
      if (open.length === 0 && at < text.length) return 'holds content after its div element'
      continue
    }
    if (!ELEMENTS.has(name)) return `element ${name} is not permitted`
    const problem = checkAttributes(name, attributes)
    if (problem) return `holds ${problem}`
    if (open.length === 0 && empty) return 'has no content'
    if (open.length === 0 && !/\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml["']/.test(attributes))
      return 'is not in the XHTML namespace'
    hasContent ||= name === 'img'
    if (empty) continue
    if (open.push(name) > DEEPEST) return 'is nested too deep'
  }
  if (open.length > 0) return `does not close ${open.at(-1)}`
  return hasContent ? undefined : 'has no content'
}
