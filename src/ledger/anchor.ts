import { existsSync, readFileSync } from 'node:fs'
import { writeDurablyLater } from '../kernel/durable-file.ts'
import { Refusal } from '../kernel/refusal.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { verifyConsistency } from './merkle.ts'
import { proveConsistency, type TileReader } from './tiles.ts'

/** The newest checkpoint, kept outside the database, so that a database put back in time is found out. */
export type Anchor = {
  /** The signed note, or undefined before the first. */
  read(): string | undefined
  /** Resolves when it is on the disk; a failure is fatal to the caller. */
  write(note: string): Promise<void>
}

export function createAnchor(path: string): Anchor {
  return {
    read: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    write: (note) => writeDurablyLater(path, note, 0o644),
  }
}

/**
 * Compares the database's head with the anchor's note, which MUST be read first: a server that runs meanwhile moves
 * both on, the head before the anchor. Throws `start.unsafe` when the head is behind it, or is not
 * a continuation of it: the database was rolled back, or the log was rewritten.
 */
export async function checkAnchor(
  note: string | undefined,
  head: { size: number; root: Buffer },
  read: TileReader,
): Promise<void> {
  if (note === undefined) return
  const anchored = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  const advice = 'Restore the newest database, or keep this one for the inquiry and start from a proven backup.'
  if (Number(anchored.size) > head.size) {
    throw new Refusal(
      'start.unsafe',
      `The ledger in the database has ${head.size} entries, but a checkpoint of ${anchored.size} was published: its tail is missing. ${advice}`,
    )
  }
  const proof = anchored.size === 0n ? [] : await proveConsistency(Number(anchored.size), head.size, read)
  if (anchored.size > 0n && !verifyConsistency(anchored.size, BigInt(head.size), proof, anchored.root, head.root)) {
    throw new Refusal(
      'start.unsafe',
      `The ledger in the database does not continue the published checkpoint of ${anchored.size} entries: it was rewritten. ${advice}`,
    )
  }
}
