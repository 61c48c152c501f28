import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

const ENOUGH = 1 << 16

/** Writes lines to a file in large pieces, waiting whenever the disk is behind. */
export function createLines(path: string, header?: string) {
  const stream = createWriteStream(path)
  let pending = header === undefined ? '' : `${header}\n`
  return {
    /** A promise only when there is something to wait for. */
    write(line: string): Promise<unknown> | undefined {
      pending += `${line}\n`
      if (pending.length < ENOUGH) return undefined
      const full = !stream.write(pending)
      pending = ''
      return full ? once(stream, 'drain') : undefined
    },
    async close() {
      stream.end(pending)
      await finished(stream)
    },
  }
}
