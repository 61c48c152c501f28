import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../kernel/durable-file.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { splitNote } from './signed-note.ts'
import type { WitnessState } from './witness.ts'

/**
 * The memory of a witness as files, one for each log, in a folder that MUST belong to this process alone. To
 * compare and to set is one synchronous step, so nothing comes between; it is on the disk before it answers.
 * Throws Error for a file that is damaged: a witness that forgets would cosign a fork.
 */
export function createWitnessState(folder: string): WitnessState {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pathOf = (origin: string) => join(folder, `${hash('sha256', origin)}.checkpoint`)

  function held(origin: string): { note: string; size: bigint } | undefined {
    const path = pathOf(origin)
    if (!existsSync(path)) return undefined
    const note = readFileSync(path, 'utf8')
    const head = parseCheckpoint(splitNote(note).text)
    if (head.origin !== origin) throw new Error(`the witness's file of ${origin} is of another log`)
    return { note, size: head.size }
  }

  return {
    read: async (origin) => held(origin)?.note,
    compareAndSet: async (origin, oldSize, checkpoint) => {
      if ((held(origin)?.size ?? 0n) !== oldSize) return false
      writeDurably(pathOf(origin), checkpoint, 0o600)
      return true
    },
  }
}
