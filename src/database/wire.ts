import type { Socket } from 'node:net'
import pg from 'pg'
import { binaryDecoder, binaryEncoder, type Decode, textDecoder } from './binary-types.ts'
import { type Binding, bindingOf, executeStatement, prepareStatement, simpleQuery, unnamedQuery } from './messages.ts'

export type Answer = { rows: Record<string, unknown>[]; command: string }

/** The extended query protocol on a connection that `pg` has opened, in binary for prepared statements. */
export type Wire = {
  /** Answers come in the order asked; several may be under way. `name` makes it a prepared statement. */
  query(text: string, values?: readonly unknown[], name?: string): Promise<Answer>
}

type Column = { readonly name: string; readonly decode: Decode }
type Statement = { readonly text: string; readonly binding: Binding; readonly columns: readonly Column[] }
/** What is asked and not answered yet, and what came of its answer. */
type Turn = {
  columns: readonly Column[]
  parameters: readonly number[]
  described: readonly { name: string; oid: number }[]
  rows: Record<string, unknown>[]
  command: string
  error: Error | undefined
  resolve(): void
  reject(error: Error): void
}

const ROW = 68
const DESCRIPTION = 84
const PARAMETERS = 116
const COMPLETE = 67
const ERROR = 69
const READY = 90
/** The state that READY tells of: in no transaction. */
const IDLE = 73
const FAILED_TRANSACTION = '25P02'
/** What kind of message, and how long it is. */
const HEAD_BYTES = 5

/**
 * Takes over the socket of a connected client: `pg` has opened and authenticated it, sees when it ends, and closes
 * it. Errors are `pg`'s own DatabaseError; a connection that ends rejects all that was not answered.
 */
export function createWire(client: pg.PoolClient): Wire {
  const connection = (client as unknown as { connection: NodeJS.EventEmitter & { stream: Socket } }).connection
  const { stream } = connection
  const statements = new Map<string, Statement>()
  const turns: Turn[] = []
  let preparing: Promise<unknown> | undefined
  let ended: Error | undefined
  /** The beginning of a message that has not wholly come, and how many bytes there must be to read on. */
  let held: Buffer[] = []
  let heldBytes = 0
  let wanted = HEAD_BYTES
  let spoiled: Error | undefined

  const failed = (error?: Error) => {
    ended ??= error ?? new Error('Connection terminated unexpectedly')
    for (const turn of turns.splice(0)) turn.reject(turn.error ?? ended)
  }
  connection.on('error', failed)
  connection.on('end', () => failed())
  stream.removeAllListeners('data')
  stream.on('data', (chunk: Buffer) => {
    held.push(chunk)
    heldBytes += chunk.length
    if (heldBytes < wanted) return
    const bytes = held.length === 1 ? chunk : Buffer.concat(held, heldBytes)
    let at = 0
    wanted = HEAD_BYTES
    while (at + HEAD_BYTES <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1)
      if (end > bytes.length) {
        wanted = end - at
        break
      }
      receive(bytes[at] as number, bytes, at + HEAD_BYTES, end)
      at = end
    }
    heldBytes = bytes.length - at
    held = heldBytes === 0 ? [] : [bytes.subarray(at)]
  })

  function receive(code: number, bytes: Buffer, at: number, end: number): void {
    const turn = turns[0]
    if (turn === undefined) return
    if (code === ROW) turn.rows.push(rowOf(turn.columns, bytes, at))
    else if (code === COMPLETE) turn.command = bytes.toString('utf8', at, end - 1)
    else if (code === ERROR) {
      const error = errorOf(bytes, at, end)
      // What was sent behind a statement that failed fails for that reason: whoever waits for any of them learns it.
      spoiled = error.code === FAILED_TRANSACTION ? (spoiled ?? error) : error
      turn.error ??= spoiled
    } else if (code === PARAMETERS) turn.parameters = oidsOf(bytes, at)
    else if (code === DESCRIPTION) {
      turn.described = columnsOf(bytes, at)
      turn.columns = turn.described.map(({ name, oid }) => ({ name, decode: textDecoder(oid) }))
    } else if (code === READY) {
      if (bytes[at] === IDLE) spoiled = undefined
      turns.shift()
      if (turn.error === undefined) turn.resolve()
      else turn.reject(turn.error)
    }
  }

  function send(message: Buffer, columns: readonly Column[]): Promise<Turn> {
    if (ended !== undefined) return Promise.reject(ended)
    return new Promise((resolve, reject) => {
      const turn: Turn = {
        columns,
        parameters: [],
        described: [],
        rows: [],
        command: '',
        error: undefined,
        resolve: () => resolve(turn),
        reject,
      }
      turns.push(turn)
      stream.write(message)
    })
  }

  async function prepare(name: string, text: string): Promise<Statement> {
    const { parameters, described } = await send(prepareStatement(name, text), [])
    const decoders = described.map(({ oid }) => binaryDecoder(oid))
    const statement = {
      text,
      binding: bindingOf(
        name,
        parameters.map(binaryEncoder),
        decoders.map((one) => one !== undefined),
      ),
      columns: described.map(({ name, oid }, n) => ({ name, decode: decoders[n] ?? textDecoder(oid) })),
    }
    statements.set(name, statement)
    return statement
  }

  return {
    async query(text, values = [], name) {
      while (preparing !== undefined) await preparing.catch(() => undefined)
      if (name === undefined) return send(values.length === 0 ? simpleQuery(text) : unnamedQuery(text, values), [])
      let statement = statements.get(name)
      if (statement === undefined) {
        const making = prepare(name, text).finally(() => {
          preparing = undefined
        })
        preparing = making
        statement = await making
      }
      if (statement.text !== text) throw new Error(`the statement ${name} was prepared with another text`)
      return send(executeStatement(statement.binding, values), statement.columns)
    },
  }
}

function rowOf(columns: readonly Column[], bytes: Buffer, start: number): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  let at = start + 2
  for (const { name, decode } of columns) {
    const length = bytes.readInt32BE(at)
    at += 4
    if (length === -1) row[name] = null
    else {
      row[name] = decode(bytes, at, at + length)
      at += length
    }
  }
  return row
}

function oidsOf(bytes: Buffer, at: number): number[] {
  return Array.from({ length: bytes.readInt16BE(at) }, (_, n) => bytes.readUInt32BE(at + 2 + n * 4))
}

/** Name, table, column, type, size, modifier, format: of which the name and the type are wanted. */
function columnsOf(bytes: Buffer, start: number): { name: string; oid: number }[] {
  let at = start + 2
  return Array.from({ length: bytes.readInt16BE(start) }, () => {
    const end = bytes.indexOf(0, at)
    const name = bytes.toString('utf8', at, end)
    at = end + 19
    return { name, oid: bytes.readUInt32BE(end + 7) }
  })
}

/** Fields of one letter and a text each: C is the SQLSTATE, M the message. */
function errorOf(bytes: Buffer, start: number, end: number): pg.DatabaseError {
  const fields = new Map<string, string>()
  for (let at = start; bytes[at] !== 0 && at < end; ) {
    const close = bytes.indexOf(0, at + 1)
    fields.set(String.fromCharCode(bytes[at] as number), bytes.toString('utf8', at + 1, close))
    at = close + 1
  }
  const error = new pg.DatabaseError(fields.get('M') ?? 'unknown', end - start, 'error')
  error.severity = fields.get('S')
  error.code = fields.get('C')
  error.detail = fields.get('D')
  error.constraint = fields.get('n')
  return error
}
