import { connect, type Socket } from 'node:net'

/** `text` is made only when asked for: most answers are merely counted. */
export type Answered = { readonly status: number; readonly text: () => string }

export type Connection = { ask(request: Buffer): Promise<Answered>; close(): void }

type Waiting = { resolve: (answered: Answered) => void; reject: (error: Error) => void }

const HEAD_ENDS = Buffer.from('\r\n\r\n')

/** One kept-alive HTTP/1.1 connection, one request at a time. Understands answers with a Content-Length only. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = await connected(port)
  let waiting: Waiting | undefined
  let held: Buffer[] = []
  let heldBytes = 0
  let wanted = 0
  let status = 0

  const failed = (error: Error) => waiting?.reject(error)
  socket.on('error', failed).on('close', () => failed(new Error('the server closed the connection')))
  socket.on('data', (chunk: Buffer) => {
    held.push(chunk)
    heldBytes += chunk.length
    if (wanted === 0 && !readHead()) return
    if (heldBytes < wanted) return
    const whole = held
    const done = waiting
    held = []
    heldBytes = wanted = 0
    waiting = undefined
    done?.resolve({ status, text: () => Buffer.concat(whole).toString().slice(0, 2000) })
  })

  function readHead(): boolean {
    const start = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)
    const ends = start.indexOf(HEAD_ENDS)
    if (ends < 0) return false
    const head = start.toString('latin1', 0, ends)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    if (length === undefined) failed(new Error(`an answer without Content-Length: ${head}`))
    status = Number(head.slice(9, 12))
    wanted = ends + 4 + Number(length)
    return true
  }

  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close() {
      waiting = undefined
      socket.destroy()
    },
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}
