/**
 * The primitive types of FHIR R4 (http://hl7.org/fhir/R4/datatypes.html#primitive). A check answers whether a JSON
 * value is one. Written by hand where the published regex says less than the text (dates that exist) or more than
 * an engine can bear (base64Binary backtracks).
 */
export type PrimitiveCheck = (value: unknown) => boolean

const MEGABYTE = 1024 * 1024
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/
const SPACE = /\s/
const CODE = /^\S+(?:\s\S+)*$/
const ID = /^[A-Za-z0-9\-.]{1,64}$/
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$/
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const DATE_TIME =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/
const BASE64 = /[^0-9a-zA-Z+/]/
const WHITESPACE = /\s+/g
const INTEGER_LIMIT = 2 ** 31

const daysIn = (year: number, month: number) =>
  month === 2
    ? (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31

/** 0 when it is no date, else the parts it has: 1 year, 2 month, 3 day, 4 time with zone. */
const dateParts = (text: string): number => {
  const match = DATE_TIME.exec(text)
  if (!match) return 0
  const year = Number(match[1])
  if (year === 0) return 0
  if (match[2] === undefined) return 1
  const month = Number(match[2])
  if (month < 1 || month > 12) return 0
  if (match[3] === undefined) return 2
  const day = Number(match[3])
  if (day < 1 || day > daysIn(year, month)) return 0
  return match[4] === undefined ? 3 : 4
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= MEGABYTE && !CONTROL.test(value)

const isUri = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && !SPACE.test(value) && !CONTROL.test(value)

const isBase64 = (value: unknown): boolean => {
  if (typeof value !== 'string' || value.length === 0) return false
  const text = SPACE.test(value) ? value.replace(WHITESPACE, '') : value
  if (text.length === 0 || text.length % 4 !== 0) return false
  const body = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text
  return !BASE64.test(body)
}

const isInteger = (value: unknown, least: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) < INTEGER_LIMIT

const PRIMITIVES: ReadonlyMap<string, PrimitiveCheck> = new Map<string, PrimitiveCheck>([
  ['boolean', (value) => typeof value === 'boolean'],
  ['integer', (value) => isInteger(value, -INTEGER_LIMIT)],
  ['unsignedInt', (value) => isInteger(value, 0)],
  ['positiveInt', (value) => isInteger(value, 1)],
  ['decimal', (value) => typeof value === 'number' && Number.isFinite(value)],
  ['string', isText],
  ['markdown', isText],
  ['code', (value) => isText(value) && CODE.test(value as string)],
  ['id', (value) => typeof value === 'string' && ID.test(value)],
  ['uri', isUri],
  ['url', isUri],
  ['canonical', isUri],
  ['oid', (value) => typeof value === 'string' && OID.test(value)],
  ['uuid', (value) => typeof value === 'string' && UUID.test(value)],
  ['base64Binary', isBase64],
  [
    'date',
    (value) => {
      const parts = typeof value === 'string' ? dateParts(value) : 0
      return parts > 0 && parts < 4
    },
  ],
  ['dateTime', (value) => typeof value === 'string' && dateParts(value) > 0],
  ['instant', (value) => typeof value === 'string' && dateParts(value) === 4],
  ['time', (value) => typeof value === 'string' && TIME.test(value)],
])

export function primitiveCheck(type: string): PrimitiveCheck {
  const check = PRIMITIVES.get(type)
  if (!check) throw new Error(`no such FHIR primitive: ${type}`)
  return check
}
