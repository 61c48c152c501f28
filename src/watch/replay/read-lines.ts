import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

const PIECE = 1 << 18
/** A line longer than this is no resource of an audit trail. */
const LONGEST = 1 << 26

/** The lines of a text file, or of one that gzip made smaller, many at a time. A file cut off in its middle throws. */
export async function* readLines(path: string): AsyncGenerator<readonly string[]> {
  const file = createReadStream(path, { highWaterMark: PIECE })
  const gunzip = path.endsWith('.gz') ? createGunzip({ chunkSize: PIECE }) : undefined
  if (gunzip !== undefined) file.on('error', (error) => gunzip.destroy(error)).pipe(gunzip)
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const piece of (gunzip ?? file) as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST) throw new Error(`${path} has a line of more than ${LONGEST} characters.`)
      yield lines
    }
    rest += decoder.decode()
    if (rest !== '') yield [rest]
  } finally {
    file.destroy()
  }
}
