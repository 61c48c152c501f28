import type { Encode } from './binary-types.ts'

/** Messages to PostgreSQL. Source: PostgreSQL documentation, "Message Formats" (protocol 3.0). */
const TEXT_FORMAT = 0
const BINARY_FORMAT = 1
const BIND = 66

/** Executes the unnamed portal to its end, and ends the turn. */
const EXECUTE_AND_SYNC = Buffer.from([69, 0, 0, 0, 9, 0, 0, 0, 0, 0, 83, 0, 0, 0, 4])
const DESCRIBE_PORTAL = Buffer.from([68, 0, 0, 0, 6, 80, 0])
const SYNC = Buffer.from([83, 0, 0, 0, 4])

function message(code: string, body: readonly Buffer[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 4)
  const head = Buffer.allocUnsafe(5)
  head.write(code)
  head.writeInt32BE(length, 1)
  return Buffer.concat([head, ...body], length + 1)
}

const cstring = (text: string) => Buffer.from(`${text}\0`)

/** A simple query: any number of statements, answers as text. */
export const simpleQuery = (text: string): Buffer => message('Q', [cstring(text)])

const parse = (name: string, text: string) => message('P', [cstring(name), cstring(text), Buffer.from([0, 0])])

/** Prepares a statement under a name and asks what goes in and out. */
export const prepareStatement = (name: string, text: string): Buffer =>
  Buffer.concat([parse(name, text), message('D', [cstring(`S${name}`)]), SYNC])

/** A statement that is used once: parameters and answers as text. */
export function unnamedQuery(text: string, values: readonly unknown[]): Buffer {
  const bind = bindWith({ head: NAMELESS, encoders: [], tail: ANSWERS_AS_TEXT }, values)
  return Buffer.concat([parse('', text), bind, DESCRIBE_PORTAL, EXECUTE_AND_SYNC])
}

/** What every run of one prepared statement has in common: names in front, wanted formats and the end behind. */
export type Binding = {
  readonly head: Buffer
  readonly encoders: readonly (Encode | undefined)[]
  readonly tail: Buffer
}

/** `binary` says for every column whether it is wanted in binary. */
export function bindingOf(
  name: string,
  encoders: readonly (Encode | undefined)[],
  binary: readonly boolean[],
): Binding {
  const wanted = Buffer.alloc(2 + binary.length * 2)
  wanted.writeInt16BE(binary.length)
  for (const [n, one] of binary.entries()) wanted.writeInt16BE(one ? BINARY_FORMAT : TEXT_FORMAT, 2 + n * 2)
  return { head: Buffer.from(`\0${name}\0`), encoders, tail: wanted }
}

export const executeStatement = (binding: Binding, values: readonly unknown[]): Buffer =>
  bindWith(binding, values, EXECUTE_AND_SYNC)

const NAMELESS = Buffer.from([0, 0])
const ANSWERS_AS_TEXT = Buffer.from([0, 0])
const NOTHING = Buffer.alloc(0)

function bindWith({ head, encoders, tail }: Binding, values: readonly unknown[], then = NOTHING): Buffer {
  const count = values.length
  const parts = new Array<Buffer | null>(count)
  const formats = new Array<number>(count)
  let length = 4 + head.length + 2 + count * 2 + 2 + tail.length
  for (let n = 0; n < count; n++) {
    const value = values[n]
    const encoded = value === null || value === undefined ? null : encoders[n]?.(value)
    const part = encoded === undefined ? asText(value) : encoded
    formats[n] = encoded !== undefined || Buffer.isBuffer(value) ? BINARY_FORMAT : TEXT_FORMAT
    parts[n] = part
    length += 4 + (part?.length ?? 0)
  }
  const bytes = Buffer.allocUnsafe(1 + length + then.length)
  bytes[0] = BIND
  let at = bytes.writeInt32BE(length, 1)
  bytes.set(head, at)
  at = bytes.writeInt16BE(count, at + head.length)
  for (const format of formats) at = bytes.writeInt16BE(format, at)
  at = bytes.writeInt16BE(count, at)
  for (const part of parts) {
    at = bytes.writeInt32BE(part?.length ?? -1, at)
    if (part === null) continue
    bytes.set(part, at)
    at += part.length
  }
  bytes.set(tail, at)
  bytes.set(then, at + tail.length)
  return bytes
}

function asText(value: unknown): Buffer | null {
  if (value === null || value === undefined) return null
  return Buffer.isBuffer(value) ? value : Buffer.from(textOf(value))
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(elementOf).join(',')}}`
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Buffer.isBuffer(value)) return `"\\\\x${value.toString('hex')}"`
  if (Array.isArray(value)) return textOf(value)
  return `"${textOf(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
