import pg from 'pg'

/**
 * Values in PostgreSQL's binary format, by type OID (pg_type.dat; the formats are those of each type's send and recv
 * functions). What is not listed here goes as text, through the parsers of `pg`.
 */
const BOOL = 16
const BYTEA = 17
const INT8 = 20
const INT2 = 21
const INT4 = 23
const TEXT = 25
const BPCHAR = 1042
const VARCHAR = 1043
const TIMESTAMPTZ = 1184
const UUID = 2950

/** Timestamps count microseconds from the year 2000. */
const EPOCH_MS = 946_684_800_000
const WORD = 2 ** 32

export type Decode = (bytes: Buffer, start: number, end: number) => unknown

const int8 = (bytes: Buffer, start: number) => bytes.readInt32BE(start) * WORD + bytes.readUInt32BE(start + 4)
const text: Decode = (bytes, start, end) => bytes.toString('utf8', start, end)

/** A `uuid` comes as 32 hex digits, a `bigint` as a number, a `bytea` as a view into what was received. */
const DECODERS = new Map<number, Decode>([
  [BOOL, (bytes, start) => bytes[start] === 1],
  [BYTEA, (bytes, start, end) => bytes.subarray(start, end)],
  [INT8, int8],
  [INT2, (bytes, start) => bytes.readInt16BE(start)],
  [INT4, (bytes, start) => bytes.readInt32BE(start)],
  [TEXT, text],
  [BPCHAR, text],
  [VARCHAR, text],
  [TIMESTAMPTZ, (bytes, start) => new Date(Math.floor(int8(bytes, start) / 1000) + EPOCH_MS)],
  [UUID, (bytes, start, end) => bytes.toString('hex', start, end)],
])

export const binaryDecoder = (oid: number): Decode | undefined => DECODERS.get(oid)

/** Parses what came as text: the same values as in binary. */
export function textDecoder(oid: number): Decode {
  const parse = TEXT_PARSERS.get(oid) ?? pg.types.getTypeParser(oid, 'text')
  return (bytes, start, end) => parse(bytes.toString('utf8', start, end))
}

const TEXT_PARSERS = new Map<number, (text: string) => unknown>([
  [UUID, (text) => text.replaceAll('-', '')],
  [INT8, Number],
])

export type Encode = (value: unknown) => Buffer | undefined

const sized = (size: number, write: (bytes: Buffer, value: number) => void): Encode => {
  return (value) => {
    if (!Number.isSafeInteger(value)) return undefined
    const bytes = Buffer.allocUnsafe(size)
    write(bytes, value as number)
    return bytes
  }
}
const writeInt8 = (bytes: Buffer, value: number) => {
  bytes.writeInt32BE(Math.floor(value / WORD), 0)
  bytes.writeUInt32BE(((value % WORD) + WORD) % WORD, 4)
}

/** Each gives undefined for a value that it has no binary form for: then it goes as text. */
const ENCODERS = new Map<number, Encode>([
  [BOOL, (value) => (typeof value === 'boolean' ? Buffer.of(value ? 1 : 0) : undefined)],
  [BYTEA, (value) => (Buffer.isBuffer(value) ? value : undefined)],
  [INT2, sized(2, (bytes, value) => bytes.writeInt16BE(value))],
  [INT4, sized(4, (bytes, value) => bytes.writeInt32BE(value))],
  [INT8, sized(8, writeInt8)],
  [TEXT, (value) => (typeof value === 'string' ? Buffer.from(value) : undefined)],
  [BPCHAR, (value) => (typeof value === 'string' ? Buffer.from(value) : undefined)],
  [VARCHAR, (value) => (typeof value === 'string' ? Buffer.from(value) : undefined)],
  [UUID, (value) => (typeof value === 'string' && value.length === 32 ? Buffer.from(value, 'hex') : undefined)],
  [TIMESTAMPTZ, (value) => (value instanceof Date ? microseconds(value) : undefined)],
])

const microseconds = (value: Date): Buffer | undefined => {
  const encode = ENCODERS.get(INT8) as Encode
  return encode((value.getTime() - EPOCH_MS) * 1000)
}

/** Array types, and the type of what they hold. */
const ELEMENT = new Map([
  [1000, BOOL],
  [1001, BYTEA],
  [1005, INT2],
  [1007, INT4],
  [1009, TEXT],
  [1014, BPCHAR],
  [1015, VARCHAR],
  [1016, INT8],
  [1185, TIMESTAMPTZ],
  [2951, UUID],
])

export function binaryEncoder(oid: number): Encode | undefined {
  const element = ELEMENT.get(oid)
  return element === undefined ? ENCODERS.get(oid) : (value) => encodeArray(element, value)
}

/** One dimension, from 1: header, then each element after its length. */
function encodeArray(oid: number, value: unknown): Buffer | undefined {
  if (!Array.isArray(value)) return undefined
  const encode = ENCODERS.get(oid) as Encode
  const parts: (Buffer | null)[] = []
  let length = 20
  let nulls = 0
  for (const one of value as unknown[]) {
    const part = one === null || one === undefined ? null : encode(one)
    if (part === undefined) return undefined
    if (part === null) nulls = 1
    parts.push(part)
    length += 4 + (part?.length ?? 0)
  }
  const bytes = Buffer.allocUnsafe(parts.length === 0 ? 12 : length)
  bytes.writeInt32BE(parts.length === 0 ? 0 : 1, 0)
  bytes.writeInt32BE(nulls, 4)
  bytes.writeInt32BE(oid, 8)
  if (parts.length === 0) return bytes
  bytes.writeInt32BE(parts.length, 12)
  bytes.writeInt32BE(1, 16)
  let at = 20
  for (const part of parts) {
    bytes.writeInt32BE(part?.length ?? -1, at)
    at += 4
    if (part === null) continue
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
