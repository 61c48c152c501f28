/** For tests only: finds texts in bytes, whatever they are written as. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'

const LONGEST = 96
const WINDOW = 8 * 1024 * 1024
const SLOTS = 24

type Pattern = { readonly bytes: Buffer; readonly text: string; readonly written: string }
export type Hit = { readonly text: string; readonly written: string; readonly where: string }

/** The ways a text may lie in bytes: as it is, in lower case, as UTF-16, base64 in its three alignments, hex. */
export function writtenAs(text: string): Pattern[] {
  const lower = text.toLowerCase()
  const bytes = Buffer.from(text)
  // With 0, 1 or 2 unknown bytes before it, the first 0, 2 or 3 characters are not its own.
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return encoded.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6))
  })
  const base64url = base64.filter((one) => /[+/]/.test(one)).map((one) => one.replaceAll('+', '-').replaceAll('/', '_'))
  return [
    { text, written: 'utf-8', bytes },
    ...(lower === text ? [] : [{ text, written: 'utf-8 lower', bytes: Buffer.from(lower) }]),
    { text, written: 'utf-16', bytes: Buffer.from(text, 'utf16le') },
    ...[...base64, ...base64url].map((encoded, n) => ({ text, written: `base64 ${n}`, bytes: Buffer.from(encoded) })),
    { text, written: 'hex', bytes: Buffer.from(bytes.toString('hex')) },
    { text, written: 'HEX', bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
  ].map((one) => ({ ...one, bytes: one.bytes.subarray(0, LONGEST) }))
}

/** Looks for many texts in one pass: a bitmap of four-byte beginnings says where to look closer. */
export function createScanner(texts: Iterable<string>) {
  const seen = new Uint8Array(1 << (SLOTS - 3))
  const beginning = new Map<number, Pattern[]>()
  for (const text of texts)
    for (const pattern of writtenAs(text)) {
      if (pattern.bytes.length < 5) continue
      const four = pattern.bytes.readUInt32LE(0)
      const slot = slotOf(four)
      seen[slot >>> 3] = (seen[slot >>> 3] as number) | (1 << (slot & 7))
      beginning.set(four, [...(beginning.get(four) ?? []), pattern])
    }

  function scan(bytes: Buffer, where: string, hits: Hit[]): void {
    let four = bytes.length < 4 ? 0 : bytes.readUInt32BE(0)
    four = ((four & 0xff) << 24) | ((four & 0xff00) << 8) | ((four >>> 8) & 0xff00) | (four >>> 24)
    for (let at = 0; at + 4 <= bytes.length; at++) {
      const slot = slotOf(four)
      if (((seen[slot >>> 3] as number) & (1 << (slot & 7))) !== 0)
        for (const { bytes: pattern, text, written } of beginning.get(four >>> 0) ?? [])
          if (pattern.equals(bytes.subarray(at, at + pattern.length))) hits.push({ text, written, where })
      four = (four >>> 8) | ((bytes[at + 4] as number) << 24)
    }
  }

  return {
    patterns: [...beginning.values()].reduce((sum, list) => sum + list.length, 0),
    /** Everything found in some bytes. */
    inBytes(bytes: Buffer, where: string): Hit[] {
      const hits: Hit[] = []
      scan(bytes, where, hits)
      return hits
    },
    /** Everything found in the files of a folder and the names of its files; `leftOut` names folders. */
    inFolder(folder: string, leftOut: readonly string[] = []): { hits: Hit[]; bytes: number; files: number } {
      const hits: Hit[] = []
      const seen = { bytes: 0, files: 0 }
      const window = Buffer.allocUnsafe(WINDOW + LONGEST)
      const walk = (path: string): void => {
        for (const entry of readdirSync(path, { withFileTypes: true })) {
          const here = join(path, entry.name)
          scan(Buffer.from(entry.name), `the name of ${here}`, hits)
          if (entry.isDirectory() && !leftOut.includes(entry.name)) walk(here)
          if (!entry.isFile()) continue
          seen.files++
          const file = openSync(here, 'r')
          let kept = 0
          for (let read = 1; read > 0; ) {
            read = readSync(file, window, kept, WINDOW, null)
            seen.bytes += read
            scan(window.subarray(0, kept + read), here, hits)
            const carried = Math.min(LONGEST, kept + read)
            window.copyWithin(0, kept + read - carried, kept + read)
            kept = carried
          }
          closeSync(file)
        }
      }
      walk(folder)
      return { hits, ...seen }
    },
  }
}

const slotOf = (four: number): number => Math.imul(four, 0x9e3779b1) >>> (32 - SLOTS)
