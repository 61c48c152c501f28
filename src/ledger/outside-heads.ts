import { hash } from 'node:crypto'
import type { Sql } from '../database/sql.ts'
import { parseCheckpoint } from './checkpoint.ts'
import type { KnownWitness } from './parse-witness.ts'
import { openNote } from './signed-note.ts'
import type { Head } from './tree-store.ts'
import type { Report } from './verify-ledger.ts'

/** A head of this log that somebody holds who cannot be made to forget it with the database. */
export type OutsideHead = {
  readonly code: 'ledger.anchor' | 'ledger.witness'
  readonly who: string
  readonly size: number
  readonly root: Buffer
  /** Whether a witness that the settings name cosigned it, which was checked. */
  readonly cosigned: boolean
}

export type Outside = {
  readonly heads: readonly OutsideHead[]
  /** Witnesses of the settings that could not be asked, with the reason. */
  readonly unasked: readonly string[]
}

const ANSWERS_WITHIN_MS = 10_000
const LONGEST_ANSWER = 65_536

/** The anchor's head, and the newest one that each witness has. MUST be asked before the snapshot is taken. */
export async function askOutside(
  anchorNote: string | undefined,
  witnesses: readonly KnownWitness[],
  origin: string,
): Promise<Outside> {
  const heads: OutsideHead[] = []
  const unasked: string[] = []
  if (anchorNote !== undefined) {
    const { size, root } = parseCheckpoint(anchorNote.slice(0, anchorNote.indexOf('\n\n') + 1))
    heads.push({ code: 'ledger.anchor', who: 'anchor', size: Number(size), root, cosigned: false })
  }
  for (const witness of witnesses) {
    try {
      const note = await latestOf(witness, origin)
      if (note !== undefined) heads.push(cosignedHead(witness, note))
    } catch (error) {
      unasked.push(`${witness.name}: ${(error as Error).message}`)
    }
  }
  return { heads, unasked }
}

/** The newest checkpoint that a witness has of this log; undefined when it has none. */
async function latestOf({ url }: KnownWitness, origin: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
  const answer = await fetch(`${url}/${hash('sha256', origin)}/checkpoint`, { signal, redirect: 'error' })
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`)
  const note = await answer.text()
  if (note.length > LONGEST_ANSWER) throw new Error('its answer is too long')
  return note
}

function cosignedHead({ name, verifier }: KnownWitness, note: string): OutsideHead {
  const { size, root } = parseCheckpoint(openNote(note, [verifier]).text)
  return { code: 'ledger.witness', who: name, size: Number(size), root, cosigned: true }
}

/** The heads whose cosignatures are stored. A witness that the settings do not name is compared, and proves nothing. */
export async function storedHeads(
  sql: Sql,
  witnesses: readonly KnownWitness[],
  report: Report,
): Promise<OutsideHead[]> {
  const rows = await sql.query<{
    size: number
    root: Buffer
    witness: string
    checkpoint: string
    cosignature: string
  }>('select size, root, witness, checkpoint, cosignature from ledger_cosignatures order by witness, size')
  return rows.map(({ size, root, witness, checkpoint, cosignature }) => {
    const stored = { code: 'ledger.witness', who: witness, size, root, cosigned: false } as const
    const known = witnesses.find(({ name }) => name === witness)
    if (known === undefined) return stored
    try {
      const head = cosignedHead(known, `${checkpoint}${cosignature}`)
      if (head.size === size && head.root.equals(root)) return head
      report('ledger.witness', `${witness} at size ${size}`, 'its stored cosignature is of another head')
    } catch (error) {
      report(
        'ledger.witness',
        `${witness} at size ${size}`,
        `its stored cosignature is bad: ${(error as Error).message}`,
      )
    }
    return stored
  })
}

/** Holds the log against these heads. `roots` has the log's own root for each of their sizes that it reached. */
export function compareOutside(
  heads: readonly OutsideHead[],
  roots: ReadonlyMap<number, Buffer | undefined>,
  { size: own }: Head,
  report: Report,
): { cosignatures: number; witnessedSize: number } {
  let cosignatures = 0
  let witnessedSize = 0
  for (const { code, who, size, root, cosigned } of heads) {
    const where = code === 'ledger.anchor' ? `anchor of size ${size}` : `${who} at size ${size}`
    const at = roots.get(size)
    if (size > own) report(code, where, `the head has ${own} entries: the tail of the log was cut off`)
    else if (at === undefined) continue
    else if (!at.equals(root)) report(code, where, 'the log has another root at that size: it was rewritten')
    else if (cosigned) {
      cosignatures += 1
      witnessedSize = Math.max(witnessedSize, size)
    }
  }
  return { cosignatures, witnessedSize }
}
