import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { Refusal } from '../../kernel/refusal.ts'

const PIECE = 1 << 18
/** A line longer than this is no resource of an audit trail. */
const LONGEST = 1 << 26

/**
 * The lines of a text file, or of one that gzip made smaller, many at a time. Throws Refusal request.malformed for an archive that is
 * broken or cut off, and for a line without an end.
 */
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
      if (rest.length > LONGEST)
        throw new Refusal('request.malformed', `${path} has a line of more than ${LONGEST} characters.`)
      yield lines
    }
    rest += decoder.decode()
    if (rest !== '') yield [rest]
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new Refusal('request.malformed', `${path} is no whole gzip archive: ${error.message}`)
    throw error
  } finally {
    file.destroy()
  }
}
