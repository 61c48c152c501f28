import { closeSync, openSync, writeSync } from 'node:fs'

const CHUNK_CHARACTERS = 1 << 18

/** A CSV file (RFC 4180, lines end with LF) that is written as rows come; at most a chunk waits in memory. */
export type CsvFile = {
  /** A row that is already CSV. */
  line(text: string): void
  readonly rows: number
  close(): void
}

export function openCsv(path: string, columns: readonly string[]): CsvFile {
  const file = openSync(path, 'w')
  let waiting = `${columns.join(',')}\n`
  let rows = 0
  const flush = () => {
    const bytes = Buffer.from(waiting)
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
    waiting = ''
  }
  return {
    line(text) {
      waiting += `${text}\n`
      rows++
      if (waiting.length > CHUNK_CHARACTERS) flush()
    },
    get rows() {
      return rows
    },
    close() {
      flush()
      closeSync(file)
    },
  }
}

/** A field, quoted when it has to be. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
